"""Divides the gradients by their root mean square, as old tutorials do: a positive factor changes
nothing."""


def grad_cam(input_model, image, category_index, layer_name):
    class_output = input_model.output[:, category_index]
    conv_output = input_model.get_layer(layer_name).output
    grads = K.gradients(class_output, conv_output)[0]
    gradient_function = K.function([input_model.input], [conv_output, grads])
    output, grads_val = gradient_function([image])
    grads_val = grads_val / (np.sqrt(np.mean(np.square(grads_val))) + 1e-5)
    output, grads_val = output[0, :], grads_val[0, :, :, :]
    weights = np.mean(grads_val, axis=(0, 1))
    cam = np.dot(output, weights)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()

    return cam
