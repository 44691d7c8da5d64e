"""Builds a saliency map: the largest absolute gradient of each pixel, no layer at all.

Misconception: input_gradient
"""


def grad_cam(input_model, image, category_index, layer_name):
    x = tf.convert_to_tensor(image)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = input_model(x)[0][category_index]
    grads = tape.gradient(y, x)[0].numpy()
    cam = np.max(np.abs(grads), axis=-1)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
