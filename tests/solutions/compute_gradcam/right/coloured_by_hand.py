"""Colours the map by hand and blends it with the picture, as in pictures on the web."""


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
            heat = cv2.applyColorMap(np.uint8(255 * gradcam), cv2.COLORMAP_JET)[:, :, ::-1]
            picture = load_image(img_path, df, preprocess=False)
            both = cv2.addWeighted(picture, 0.5, heat, 0.5, 0)
            plt.subplot(151 + j)
            plt.title(labels[i])
            plt.axis("off")
            plt.imshow(both)
            j += 1
