"""Averages the gradients in the graph, before there are numbers."""


def grad_cam(input_model, image, category_index, layer_name):
    maps = input_model.get_layer(layer_name).output
    grads = K.gradients(input_model.output[0, category_index], maps)[0]
    pooled = K.mean(grads, axis=(0, 1, 2))
    maps_val, weights = K.function([input_model.input], [maps, pooled])([image])
    cam = np.dot(maps_val[0], weights)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
