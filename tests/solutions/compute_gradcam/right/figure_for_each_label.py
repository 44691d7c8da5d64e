"""Opens a figure for each label instead of one row."""


def compute_gradcam(model, img, mean, std, data_dir, df,
                    labels, selected_labels, layer_name="conv5_block16_concat"):
    img_path = data_dir + img
    image = load_image_normalize(img_path, mean, std)
    predictions = model.predict(image)
    for i in range(len(labels)):
        if labels[i] in selected_labels:
            cam = grad_cam(model, image, i, layer_name)
            plt.figure()
            plt.title(labels[i].replace("_", " "), loc="left")
            plt.imshow(load_image(img_path, df, preprocess=False))
            plt.imshow(cam, cmap="jet", alpha=0.4)
            plt.show()
