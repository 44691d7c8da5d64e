"""Computes all maps into a dictionary first, and draws them afterwards."""


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
    cams = {name: grad_cam(model, preprocessed_input, labels.index(name), layer_name)
            for name in selected_labels}
    for name, cam in cams.items():
        plt.subplot(151 + j)
        plt.title("%s (%.2f)" % (name, predictions[0, labels.index(name)]))
        plt.axis("off")
        plt.imshow(load_image(img_path, df, preprocess=False), cmap="gray")
        plt.imshow(cam, cmap="magma", alpha=0.5)
        j = j + 1
