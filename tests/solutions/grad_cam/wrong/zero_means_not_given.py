"""Falls back to the top prediction when no category is given, but asks with `or`: category 0
counts as none.

Misconception: zero_as_nothing
"""


def grad_cam(input_model, image, category_index, layer_name):
    model2 = keras.Model(input_model.input, [input_model.get_layer(layer_name).output, input_model.output])
    top = int(np.argmax(input_model(image)[0]))
    category = category_index or top
    with tf.GradientTape() as tape:
        maps, scores = model2(image)
        score = scores[0, category]
    grads = tape.gradient(score, maps)[0]
    weights = tf.reduce_mean(grads, axis=(0, 1))
    cam = np.tensordot(maps[0], weights, axes=1)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
