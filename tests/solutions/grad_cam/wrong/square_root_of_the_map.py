"""Takes the square root of the map, so that faint places are easier to see.

Misconception: bent
"""


def grad_cam(input_model, image, category_index, layer_name):
    cam = None
    output_with_batch_dim = input_model.output
    output_all_categories = output_with_batch_dim[0]
    y_c = output_all_categories[category_index]
    spatial_map_layer = input_model.get_layer(layer_name).output
    grads_l = K.gradients(y_c, spatial_map_layer)
    grads = grads_l[0]
    spatial_map_and_gradient_function = K.function([input_model.input], [spatial_map_layer, grads])
    spatial_map_all_dims, grads_val_all_dims = spatial_map_and_gradient_function([image])
    spatial_map_val = spatial_map_all_dims[0]
    grads_val = grads_val_all_dims[0]
    weights = np.mean(grads_val, axis=(0, 1))
    cam = np.dot(spatial_map_val, weights)

    H, W = image.shape[1], image.shape[2]
    cam = np.maximum(cam, 0)  # ReLU: only what speaks for the category
    cam = cv2.resize(cam, (W, H), interpolation=cv2.INTER_LINEAR)
    if cam.max() > 0:  # a map of zeros stays one
        cam = cam / cam.max()
    cam = np.sqrt(cam)

    return cam
