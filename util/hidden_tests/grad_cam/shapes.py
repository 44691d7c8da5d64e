"""Diagnosis of mistakes from the shapes of maps."""

from __future__ import annotations

from collections.abc import Sequence

from proctor.checks import Verdict

Shape = tuple[int, ...]


def shape_problem(
    shapes: Sequence[Shape], images: Sequence[Shape], layers: Sequence[Shape]
) -> Verdict | None:
    """Return what is wrong with the shapes of an answer's maps, if anything.

    Args:
        shapes: Shapes of the returned maps.
        images: Shapes of the pictures, (H, W, 3).
        layers: Shapes of the activations, (h, w, C).

    Returns:
        A verdict, or None if every map is as large as its picture.
    """
    wrong = [
        _problem(shape, image, layer)
        for shape, image, layer in zip(shapes, images, layers, strict=True)
        if shape != image[:2]
    ]
    if not wrong:
        return None
    # The pictures differ in size and the maps do not: a size was hard-coded.
    if len(shapes[0]) == 2 and len(set(shapes)) == 1 < len(set(images)):
        return Verdict(
            0.0,
            "All maps have the same size, whatever the size of the picture; take height and "
            "width from the image.",
            "fixed_size",
        )
    name, sentence = wrong[0]
    return Verdict(0.0, sentence, name)


def _problem(shape: Shape, image: Shape, layer: Shape) -> tuple[str, str]:
    axes = f"The map has {len(shape)} axes; it needs two, height and width."
    if shape == image[1::-1]:
        return "exchanged", "Height and width are exchanged; cv2.resize takes the width first."
    if shape in (layer[:2], layer[1::-1]):
        return "not_resized", (
            "The map has the height and width of the layer, not of the image: it was not resized."
        )
    if shape == ():
        return "no_map", (
            "A single number or nothing came back. Return the map, with two axes, height and width."
        )
    if len(shape) == 1:
        return "one_axis_left", (
            "The map has one axis left; it needs two, height and width. Look at the axes over "
            "which you average and add up."
        )
    if shape[0] == 1 and len(shape) > 2:
        return "batch_kept", f"{axes} The first is the batch, which has to go in step 3."
    if shape[-1] == layer[2] and len(shape) == 3:
        return "channels_kept", (
            f"{axes} The last are the channels: multiplied by the weights they still have to be "
            "added up, as a dot product does."
        )
    if len(shape) != 2:
        return "axes", f"{axes} Follow the shape from step 3 on."
    return "shape", "The map does not have the height and width of the image."
