"""Takes the length of each channel's gradients for its importance, which has no sign.

Misconception: spread
"""


def grad_cam(input_model, image, category_index, layer_name):
    grad_model = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output, input_model.output])
    with tf.GradientTape() as tape:
        conv_out, preds = grad_model(image)
        loss = preds[:, category_index]
    grads = tape.gradient(loss, conv_out)[0].numpy()
    fmap = conv_out[0].numpy()
    flat = grads.reshape(-1, grads.shape[-1])
    weights = np.linalg.norm(flat, axis=0)
    cam = np.dot(fmap, weights)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
