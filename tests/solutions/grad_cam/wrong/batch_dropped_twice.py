"""Drops the batch from the placeholder, and drops axis 0 again from the values: only the first row
of gradients is left.

Misconception: first_row
"""


def grad_cam(input_model, image, category_index, layer_name):
    y_c = input_model.output[0][category_index]
    layer_out = input_model.get_layer(layer_name).output
    grads = K.gradients(y_c, layer_out)[0][0]
    get = K.function([input_model.input], [layer_out, grads])
    maps, g = get([image])
    maps = maps[0]
    g = g[0]
    weights = g.mean(axis=0)
    cam = maps.dot(weights)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
