"""Divides by the sum, as for probabilities, so that no value comes near 1.

Misconception: unnormalised
"""


def grad_cam(input_model, image, category_index, layer_name):
    grad_model = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as tape:
        conv_out, preds = grad_model(image)
        loss = preds[:, category_index]
    grads = tape.gradient(loss, conv_out)[0].numpy()
    fmap = conv_out[0].numpy()
    weights = grads.mean(axis=(0, 1))
    cam = fmap @ weights
    cam = cv2.resize(np.maximum(cam, 0), (image.shape[2], image.shape[1]))
    cam /= cam.sum()
    return cam
