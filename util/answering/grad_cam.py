"""Exercise 1: call ``grad_cam`` on small models with known weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from util.advice import explanation
from util.answering.notebook import Notebook
from util.answering.record import Record
from util.answering.tiny_models import build

PARTS = ("image", "patch", "mix", "dense", "bias")


def answer(notebook: Notebook, challenge: Record) -> Record:
    """Compute the function's maps for the challenge's cases.

    Each case is a model (see `tiny_models.build`), an image, a category and a layer.

    Returns:
        ``cases``: per case ``returned`` and ``shape``, or ``raised`` and ``message``; arrays
        ``cam0``, ``cam1``, ...

    Raises:
        Exception: The function raised in every case; the first exception.
    """
    data, arrays, function = challenge.data, challenge.arrays, notebook.function()
    said: list[dict[str, Any]] = []
    maps: dict[str, Any] = {}
    failure: Exception | None = None
    for number, case in enumerate(data["cases"]):
        names = {part: f"{part}{number}" for part in PARTS}
        weights = {part: arrays[name] for part, name in names.items() if name in arrays}
        model = notebook.run(build, case, weights)
        try:
            cam = function(model, weights["image"][None], case["category"], case["layer"])
            cam = np.asarray(cam, dtype=np.float32)
        except Exception as error:
            failure = failure or error
            said.append({"raised": type(error).__name__, "message": explanation(error)})
            continue
        said.append({"returned": True, "shape": list(cam.shape)})
        maps[f"cam{number}"] = cam
    if failure is not None and not maps:
        raise failure
    return Record({"cases": said}, maps)
