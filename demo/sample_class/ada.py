# All four exercises in the lesson's own style.
# %% UNQ_C1
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
    cam = cam / cam.max()

    return cam
# %% UNQ_C2
def compute_gradcam(model, img, mean, std, data_dir, df,
                    labels, selected_labels, layer_name="conv5_block16_concat"):
    img_path = data_dir + img
    preprocessed_input = load_image_normalize(img_path, mean, std)
    predictions = model.predict(preprocessed_input)
    present = df.loc[df["Image"] == img, labels].values[0]
    print("Ground Truth: ", ", ".join(np.take(labels, np.nonzero(present)[0])))

    plt.figure(figsize=(15, 10))
    plt.subplot(151)
    plt.title("Original")
    plt.axis("off")
    plt.imshow(load_image(img_path, df, preprocess=False), cmap="gray")

    j = 1

    for i in range(len(labels)):
        if labels[i] in selected_labels:
            gradcam = grad_cam(model, preprocessed_input, i, layer_name)

            print("Generating gradcam for class %s (p=%2.2f)" % (labels[i], round(predictions[0][i], 3)))
            plt.subplot(151 + j)
            plt.title(labels[i] + ": " + str(round(predictions[0][i], 3)))
            plt.axis("off")
            plt.imshow(load_image(img_path, df, preprocess=False), cmap="gray")
            plt.imshow(gradcam, cmap="magma", alpha=min(0.5, predictions[0][i]))
            j += 1
# %% UNQ_C3
def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)

    permuted_features = np.random.permutation(df[feature])

    permuted_df[feature] = permuted_features

    return permuted_df
# %% UNQ_C4
def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=["importance"], columns=X.columns)

    baseline_performance = metric(y, model.predict_proba(X)[:, 1])

    for feature in importances.columns:
        feature_performance_arr = np.zeros(num_samples)

        for i in range(num_samples):
            perm_X = permute_feature(X, feature)

            feature_performance_arr[i] = metric(y, model.predict_proba(perm_X)[:, 1])

        importances.loc["importance", feature] = abs(baseline_performance - np.mean(feature_performance_arr))

    return importances
