"""Asks for activations and gradients with one K.function each."""


def grad_cam(input_model, image, category_index, layer_name):
    layer_output = input_model.get_layer(layer_name).output
    get_maps = K.function([input_model.input], [layer_output])
    gradient = K.gradients(input_model.output[0][category_index], [layer_output])[0]
    get_gradient = K.function([input_model.input], [gradient])
    (maps,) = get_maps([image])
    (grads,) = get_gradient([image])
    maps, grads = np.squeeze(maps, axis=0), np.squeeze(grads, axis=0)
    weights = np.average(grads.reshape(-1, grads.shape[-1]), axis=0)
    cam = (maps.reshape(-1, maps.shape[-1]) @ weights).reshape(maps.shape[:2])

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
