"""Exercise 1: call ``grad_cam`` on small models with known weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import numpy as np

from util.advice import explained
from util.answering.packets import Answer
from util.answering.tiny_models import build

PARTS = ("image", "patch", "mix", "dense", "bias")


def answer(
    function: Callable[..., Any],
    namespace: MutableMapping[str, Any],
    data: Mapping[str, Any],
    arrays: Mapping[str, Any],
) -> Answer:
    """Compute the function's maps for the challenge's cases.

    Each case is a model (see `tiny_models.build`), an image, a category and a layer.

    Returns:
        ``cases``: per case ``returned`` and ``shape``, or ``raised`` and ``message``; arrays
        ``cam0``, ``cam1``, ...

    Raises:
        Exception: The function raised in every case; the first exception.
    """
    said: list[dict[str, Any]] = []
    maps: dict[str, Any] = {}
    failure: Exception | None = None
    for number, case in enumerate(data["cases"]):
        names = {part: f"{part}{number}" for part in PARTS}
        weights = {part: arrays[name] for part, name in names.items() if name in arrays}
        model = build(case, weights)
        try:
            cam = function(model, weights["image"][None], case["category"], case["layer"])
            cam = np.asarray(cam, dtype=np.float32)
        except Exception as error:
            failure = failure or error
            message = explained(error, function)
            said.append({"raised": type(error).__name__, "message": message})
            continue
        said.append({"returned": True, "shape": list(cam.shape)})
        maps[f"cam{number}"] = cam
    if failure is not None and not maps:
        raise failure
    return {"cases": said}, maps
