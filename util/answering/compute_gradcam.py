"""Exercise 2: call ``compute_gradcam`` with a stand-in for ``grad_cam`` and inspect the figure."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import keras
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd

from util.advice import explained, nones
from util.answering.packets import Answer
from util.answering.spies import globals_of, replaced
from util.images import load_image_normalize

Array = npt.NDArray[Any]

LIKENESS = 0.5
"""Correlation above which an image counts as showing a map, whatever its scale and colours.

Different maps, which are drawn at random, stay well below it, and so does an inverted map.
"""


class Model:
    """Stand-in for the network: returns the challenge's predictions for any input."""

    def __init__(self, name: str, predictions: Array) -> None:
        self.name = name
        self._predictions = predictions

    def predict(self, image: Any, *_: Any, **__: Any) -> Array:
        """Return the challenge's predictions, shape (1, classes)."""
        return self._predictions.copy()

    predict_on_batch = predict

    def __call__(self, image: Any, *_: Any, **__: Any) -> Any:
        """Return the predictions as a tensor, as a call of a network does."""
        return keras.ops.convert_to_tensor(self._predictions)


class GradCam:
    """Stand-in for ``grad_cam``: records its calls and returns the challenge's maps."""

    def __init__(self, maps: Array, image: Array) -> None:
        self._maps = maps
        self._image = image
        self.calls: list[dict[str, Any]] = []

    def __call__(self, input_model: Any, image: Any, category_index: Any, layer_name: Any) -> Array:
        """Return a map as large as the picture, shape (H, W).

        Raises:
            IndexError: There is no such category.
        """
        given = np.asarray(image)
        category = _position(category_index)
        self.calls.append(
            {
                "model": str(getattr(input_model, "name", None)),
                "category": category,
                "layer": str(layer_name),
                "image": bool(np.array_equal(given, self._image)),
                "shape": list(given.shape[:6]),
                "kind": given.dtype.kind,
            }
        )
        height, width = self._image.shape[1:3]
        # An invalid position has no map; a blank one lets the function go on and reveal more.
        one = np.zeros((1, 1)) if category is None else self._maps[category]
        return cv2.resize(
            np.asarray(one, dtype=np.float32), (width, height), interpolation=cv2.INTER_NEAREST
        )


def _position(category: Any) -> int | None:
    """Return a category as an integer; None for a name or anything else that is not a number."""
    if isinstance(category, str):
        return None
    try:
        return int(category)
    except (TypeError, ValueError):
        return None


def answer(
    function: Callable[..., Any],
    namespace: MutableMapping[str, Any],
    data: Mapping[str, Any],
    arrays: Mapping[str, Any],
) -> Answer:
    """Record the function's calls of ``grad_cam``, its output and its figure.

    Returns:
        ``calls``: per call the model's name, the category (None if it is not a number), the layer,
        whether the image was the normalised one, and the image's shape and kind of dtype;
        ``printed``; ``panels``: for each axes its title and which of the given maps it shows, from
        bottom to top; ``raised`` and ``message`` if the function raised after a call.

    Raises:
        Exception: The function raised before it called ``grad_cam``.
    """
    said, error = watch(function, namespace, data, arrays)
    if error is not None:
        if not said["calls"]:
            raise error
        said |= {"raised": type(error).__name__, "message": explained(error, function)}
    return said, {}


def watch(
    function: Callable[..., Any],
    namespace: MutableMapping[str, Any],
    data: Mapping[str, Any],
    arrays: Mapping[str, Any],
) -> tuple[dict[str, Any], Exception | None]:
    """Record the same as `answer`, and return what the function raised, if anything."""
    failure: Exception | None = None
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, _closing_figures() as before:
        path = Path(folder) / data["image"]
        cv2.imwrite(str(path), arrays["picture"])
        image = load_image_normalize(str(path), data["mean"], data["std"])
        spy = GradCam(arrays["maps"], image)
        frame = pd.DataFrame([{"Image": data["image"], **dict(data["truth"])}])
        spying = replaced("grad_cam", spy, namespace, globals_of(function, namespace))
        try:
            with spying, redirect_stdout(printed), mock.patch.object(plt, "show"):
                function(
                    Model(data["model"], arrays["predictions"]),
                    data["image"],
                    data["mean"],
                    data["std"],
                    f"{folder}/",
                    frame,
                    list(data["labels"]),
                    list(data["selected"]),
                    layer_name=data["layer"],
                )
        except Exception as error:
            if not spy.calls and nones(error, function):
                error.add_note("grad_cam was not called before.")
            failure = error
        panels = [] if failure else _panels(before, arrays["maps"])
    said = {"calls": spy.calls[:100], "printed": printed.getvalue()[:10_000], "panels": panels}
    return said, failure


@contextmanager
def _closing_figures() -> Iterator[set[int]]:
    """Close the figures opened in the block, also on errors; yields the others' numbers."""
    before = set(plt.get_fignums())
    try:
        yield before
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


def _pixels(image: Any) -> Array:
    return np.ma.getdata(np.asanyarray(image.get_array()))


def _panels(before: set[int], maps: Array) -> list[dict[str, Any]]:
    return [
        {
            "title": " ".join(axes.get_title(side) for side in ("left", "center", "right")).strip(),
            "images": len(axes.images),
            "maps": [
                which
                for image in axes.images[:20]
                if (which := _which(_pixels(image), maps)) is not None
            ],
        }
        for number in sorted(set(plt.get_fignums()) - before)
        for axes in plt.figure(number).axes[:50]
    ][:50]


def _which(shown: Array, maps: Array) -> int | None:
    """Return the map most similar to an image, (H, W) or in colour (H, W, 3 or 4), if any is."""
    if shown.ndim not in (2, 3) or shown.dtype.kind not in "biuf" or not shown.size:
        return None
    height, width = maps.shape[1:]
    # A map may show in a single colour channel; the fourth channel is transparency.
    layers = np.moveaxis(np.atleast_3d(shown)[..., :3], 2, 0).astype(np.float64)
    small = [
        cv2.resize(one, (width, height), interpolation=cv2.INTER_AREA).ravel() for one in layers
    ]
    likeness = np.nan_to_num(_correlations(np.array(small), maps.reshape(len(maps), -1)))
    best = likeness.max(axis=0)
    return int(best.argmax()) if best.max() > LIKENESS else None


def _correlations(one: Array, other: Array) -> Array:
    """Compute Pearson's correlation of each row of one array with each row of another."""
    one, other = (values - values.mean(axis=1, keepdims=True) for values in (one, other))
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)
        return np.asarray((one @ other.T) / lengths)
