"""Splits the work into helpers that are defined in the same cell."""


def values_and_gradients(model, image, index, layer):
    target = model.get_layer(layer).output
    gradient = K.gradients(model.output[0][index], target)[0]
    values = K.function([model.input], [target, gradient])([image])
    return [v[0] for v in values]


def scale(cam):
    top = cam.max()
    return cam / top if top else cam


def grad_cam(input_model, image, category_index, layer_name):
    A, dA = values_and_gradients(input_model, image, category_index, layer_name)
    cam = np.maximum(A @ dA.mean((0, 1)), 0)
    return scale(cv2.resize(cam, image.shape[2:0:-1]))
