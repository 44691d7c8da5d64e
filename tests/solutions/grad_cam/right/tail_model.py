"""Cuts the model at the layer and watches its output while the layers behind it run."""


def grad_cam(input_model, image, category_index, layer_name):
    layer = input_model.get_layer(layer_name)
    front = keras.Model(input_model.inputs, layer.output)
    tail = keras.Model(layer.output, input_model.output)
    conv = front(image)
    with tf.GradientTape() as tape:
        tape.watch(conv)
        y = tail(conv)[0][category_index]
    grads = tape.gradient(y, conv)
    pooled = keras.ops.mean(grads, axis=(0, 1, 2))
    cam = keras.ops.convert_to_numpy(keras.ops.matmul(conv[0], pooled[:, None]))[:, :, 0]

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
