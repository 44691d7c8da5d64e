"""Exercise 2: call ``compute_gradcam`` with a stand-in for ``grad_cam`` and inspect the figure."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pandas as pd

from util.advice import explanation
from util.answering.notebook import Notebook
from util.answering.record import Record
from util.answering.stage import Stage
from util.images import load_image_normalize

Array = npt.NDArray[Any]

LIKENESS = 0.5
"""Correlation above which an image counts as showing a map, whatever its scale and colours.

Different maps, which are drawn at random, stay well below it, and so does an inverted map.
"""

_MOST_CALLS = 100


class GradCam:
    """Stand-in for ``grad_cam``: records its calls and returns the challenge's maps."""

    def __init__(self, maps: Array, image: Array, model: Any, name: str) -> None:
        self._maps = maps
        self._image = image
        self._model, self._name = model, name
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
                "model": self._name if input_model is self._model else "None",
                "category": category,
                "layer": layer_name if isinstance(layer_name, str) else "None",
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
        number = np.asarray(category)
        return None if number.size != 1 or isinstance(category, list) else int(number.item())
    except (TypeError, ValueError):
        return None


def answer(notebook: Notebook, challenge: Record) -> Record:
    """Record the function's calls of ``grad_cam`` and its figure.

    Returns:
        ``calls``: per call the model's name, the category (None if it is not a number), the layer,
        whether the image was the normalised one, and the image's shape and kind of dtype;
        ``panels``: for each axes its title and which of the given maps it shows, from bottom to
        top; ``raised`` and ``message`` if the function raised after a call.

    Raises:
        Exception: The function raised before it called ``grad_cam``.
    """
    said, error = watch(notebook, challenge)
    if error is not None:
        if not said["calls"]:
            raise error
        said |= {"raised": type(error).__name__, "message": explanation(error)}
    return Record(said)


def watch(notebook: Notebook, challenge: Record) -> tuple[dict[str, Any], Exception | None]:
    """Record the same as `answer`, and return what the function raised, if anything."""
    data, arrays = challenge.data, challenge.arrays
    stage = notebook.run(
        Stage, data["model"], arrays["predictions"], data["image"], arrays["picture"]
    )
    failure: Exception | None = None
    panels: list[dict[str, Any]] = []
    try:
        model = stage.model
        spy = GradCam(arrays["maps"], _normalized(data, arrays), model, data["model"])
        frame = pd.DataFrame([{"Image": data["image"], **dict(data["truth"])}])
        function, nowhere = notebook.function(), io.StringIO()
        try:
            with notebook.replaced("grad_cam", spy), redirect_stdout(nowhere):
                function(
                    model,
                    data["image"],
                    data["mean"],
                    data["std"],
                    f"{stage.folder()}/",
                    frame,
                    list(data["labels"]),
                    list(data["selected"]),
                    layer_name=data["layer"],
                )
        except Exception as error:
            _note(error, called=bool(spy.calls))
            failure = error
        if failure is None:
            panels = _panels(stage.panels(*arrays["maps"].shape[1:]), arrays["maps"])
    finally:
        stage.close()
    return {"calls": spy.calls[:_MOST_CALLS], "panels": panels}, failure


def _normalized(data: Mapping[str, Any], arrays: Mapping[str, Array]) -> Array:
    """Return the picture as the function loads it, shape (1, H, W, 3)."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / data["image"])
        cv2.imwrite(path, arrays["picture"])
        return load_image_normalize(path, data["mean"], data["std"])


def _note(error: Exception, *, called: bool) -> None:
    if not called and getattr(error, "has_nones", None) is True:
        advice = getattr(error, "advice", "")
        note = "grad_cam was not called before."
        with contextlib.suppress(Exception):
            error.add_note(note)
            error.advice = f"{advice} {note}".strip()  # type: ignore[attr-defined]


def _panels(found: Any, maps: Array) -> list[dict[str, Any]]:
    return [
        {
            "title": str(panel["title"]),
            "images": int(panel["images"]),
            "maps": [
                which for layers in panel["layers"] if (which := _which(layers, maps)) is not None
            ],
        }
        for panel in found
    ]


def _which(layers: Array | None, maps: Array) -> int | None:
    """Return the map most similar to an image, shape (channels, pixels), if any is."""
    if layers is None:
        return None
    likeness = np.nan_to_num(_correlations(layers, maps.reshape(len(maps), -1)))
    best = likeness.max(axis=0)
    return int(best.argmax()) if best.max() > LIKENESS else None


def _correlations(one: Array, other: Array) -> Array:
    """Compute Pearson's correlation of each row of one array with each row of another."""
    one, other = (values - values.mean(axis=1, keepdims=True) for values in (one, other))
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)
        return np.asarray((one @ other.T) / lengths)
