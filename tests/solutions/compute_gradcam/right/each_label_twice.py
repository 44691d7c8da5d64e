"""Loops over selection and labels, both, and compares them one by one; right, though slow."""


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
    for wanted in selected_labels:
        for i in range(len(labels)):
            if labels[i] == wanted:
                gradcam = grad_cam(model, preprocessed_input, i, layer_name)
                plt.subplot(1, len(selected_labels) + 1, j + 1)
                plt.title(wanted + " " + str(predictions[0][i]))
                plt.imshow(load_image(img_path, df, preprocess=False), cmap="gray")
                plt.imshow(gradcam, cmap="magma", alpha=float(min(0.5, predictions[0][i])))
                j += 1
