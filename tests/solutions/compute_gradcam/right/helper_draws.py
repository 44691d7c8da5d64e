"""Leaves the drawing to a helper of its own, with type hints."""


def overlay(position: int, picture, heat, title: str) -> None:
    plt.subplot(1, 5, position)
    plt.title(title)
    plt.axis("off")
    plt.imshow(picture, cmap="gray")
    if heat is not None:
        plt.imshow(heat, cmap="magma", alpha=0.5)


def compute_gradcam(model, img: str, mean: float, std: float, data_dir: str, df,
                    labels: list, selected_labels: list, layer_name: str = "conv5_block16_concat"):
    picture = load_image(data_dir + img, df, preprocess=False)
    x = load_image_normalize(data_dir + img, mean, std)
    scores = model(x).numpy()[0]
    overlay(1, picture, None, "Original")
    place = 2
    for index, (label, score) in enumerate(zip(labels, scores)):
        if label not in selected_labels:
            continue
        overlay(place, picture, grad_cam(model, x, index, layer_name), f"{label}: {score:.3f}")
        place += 1
