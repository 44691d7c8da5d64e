"""Keeps the batch until the end and lets einsum average and add up."""


def grad_cam(input_model, image, category_index, layer_name):
    sub = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as t:
        A, p = sub(image, training=False)
        s = tf.gather(p, category_index, axis=1)
    dA = t.gradient(s, A)
    cam = np.einsum("bhwc,bijc->hw", A, dA)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
