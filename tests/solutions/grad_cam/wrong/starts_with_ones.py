"""Starts the sum at ones, as an old tutorial does; beside 1 the weighted channels are too small to
be seen.

Misconception: from_ones
"""


def grad_cam(input_model, image, category_index, layer_name):
    grad_model = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as tape:
        conv_out, preds = grad_model(image)
        loss = preds[:, category_index]
    grads = tape.gradient(loss, conv_out)[0].numpy()
    fmap = conv_out[0].numpy()
    weights = grads.mean(axis=(0, 1))
    cam = np.ones(fmap.shape[:2], dtype=np.float32)
    for i, w in enumerate(weights):
        cam += w * fmap[:, :, i]

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
