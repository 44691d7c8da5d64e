"""Implements Grad-CAM++ with the formula that treats the score as an exponential.

Misconception: plus_plus
"""


def grad_cam(input_model, image, category_index, layer_name):
    grad_model = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as tape:
        conv_out, preds = grad_model(image)
        loss = preds[:, category_index]
    grads = tape.gradient(loss, conv_out)[0].numpy()
    fmap = conv_out[0].numpy()
    g2, g3 = grads ** 2, grads ** 3
    denom = 2 * g2 + g3 * fmap.sum(axis=(0, 1))
    denom = np.where(denom != 0, denom, 1)
    alphas = g2 / denom
    weights = (alphas * np.maximum(grads, 0)).sum(axis=(0, 1))
    cam = fmap @ weights

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
