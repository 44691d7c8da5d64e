"""Collects titles in the loop and calls grad_cam once behind it, with the loop's last i.

Misconception: last_label
"""


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
    names = []
    for i in range(len(labels)):
        if labels[i] in selected_labels:
            names.append(labels[i])

    gradcam = grad_cam(model, preprocessed_input, i, layer_name)
    for name in names:
        plt.subplot(151 + j)
        plt.title(name)
        plt.axis("off")
        plt.imshow(gradcam, cmap="magma", alpha=0.5)
        j += 1
