# Uses positions in the selected labels instead of in all labels.
# like: ada
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

    for i in range(len(selected_labels)):
        if True:
            gradcam = grad_cam(model, preprocessed_input, i, layer_name)

            print("Generating gradcam for class %s (p=%2.2f)" % (labels[i], round(predictions[0][i], 3)))
            plt.subplot(151 + j)
            plt.title(labels[i] + ": " + str(round(predictions[0][i], 3)))
            plt.axis("off")
            plt.imshow(load_image(img_path, df, preprocess=False), cmap="gray")
            plt.imshow(gradcam, cmap="magma", alpha=min(0.5, predictions[0][i]))
            j += 1
