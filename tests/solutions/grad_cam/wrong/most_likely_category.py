"""Follows a tutorial that explains the model's top prediction; category_index is not looked at.

Misconception: likeliest_class
"""


def grad_cam(input_model, image, category_index, layer_name):
    layer = input_model.get_layer(layer_name)
    grad_model = tf.keras.models.Model([input_model.inputs], [layer.output, input_model.output])
    with tf.GradientTape() as tape:
        last_conv_layer_output, preds = grad_model(image)
        pred_index = tf.argmax(preds[0])
        class_channel = preds[:, pred_index]
    grads = tape.gradient(class_channel, last_conv_layer_output)
    pooled_grads = tf.reduce_mean(grads, axis=(0, 1, 2))
    heatmap = last_conv_layer_output[0] @ pooled_grads[..., tf.newaxis]
    cam = tf.squeeze(heatmap).numpy()

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
