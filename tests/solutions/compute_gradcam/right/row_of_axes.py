"""Draws all panels at once with plt.subplots and fills them in."""


def compute_gradcam(model, img, mean, std, data_dir, df, labels, selected_labels, layer_name="conv5_block16_concat"):
    path = data_dir + img
    x = load_image_normalize(path, mean, std)
    p = model.predict(x, verbose=0)[0]
    picture = load_image(path, df, preprocess=False)
    wanted = [i for i, name in enumerate(labels) if name in selected_labels]
    fig, axes = plt.subplots(1, 1 + len(wanted), figsize=(15, 10))
    axes[0].imshow(picture, cmap="gray")
    axes[0].set_title("Original")
    for ax, i in zip(axes[1:], wanted):
        ax.imshow(picture, cmap="gray")
        ax.imshow(grad_cam(model, x, i, layer_name), cmap="magma", alpha=0.5)
        ax.set_title(f"{labels[i]}: {p[i]:.3f}")
        ax.axis("off")
    plt.show()
