"""Differentiates the binary cross-entropy with the category as the only label, as in training.

Misconception: loss
"""


def grad_cam(input_model, image, category_index, layer_name):
    both = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    target = np.zeros((1, input_model.output.shape[1]), dtype="float32")
    target[0, category_index] = 1
    with tf.GradientTape() as tape:
        A, y = both(image)
        loss = tf.reduce_mean(keras.losses.binary_crossentropy(target, y))
    dA = tape.gradient(loss, A)[0].numpy()
    w = dA.mean(axis=(0, 1))
    cam = A[0].numpy().dot(w)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
