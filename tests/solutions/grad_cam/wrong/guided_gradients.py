"""Follows a tutorial of another method, which masks the gradients by the signs of gradients and
activations.

Misconception: guided
"""


def grad_cam(input_model, image, category_index, layer_name):
    grad_model = tf.keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as tape:
        conv, predictions = grad_model(image)
        score = predictions[:, category_index]
    grads = tape.gradient(score, conv)[0]
    conv = conv[0]
    gate_f = tf.cast(conv > 0, "float32")
    gate_r = tf.cast(grads > 0, "float32")
    guided = gate_f * gate_r * grads
    weights = tf.reduce_mean(guided, axis=(0, 1))
    cam = tf.reduce_sum(tf.multiply(weights, conv), axis=-1).numpy()

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
