"""Looks for the last convolution of the model, as tutorials do; layer_name is not looked at.

Misconception: fixed_layer
"""


def grad_cam(input_model, image, category_index, layer_name):
    convs = [l for l in input_model.layers if isinstance(l, keras.layers.Conv2D)]
    target = convs[-1].output
    g = K.gradients(input_model.output[0, category_index], target)[0]
    f = K.function([input_model.input], [target, g])
    a, da = f([image])
    cam = np.dot(a[0], da[0].mean(axis=(0, 1)))

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
