"""Exercise 2: call ``compute_gradcam`` with a stand-in for ``grad_cam`` and look at the figure."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd

from util.advice import nones
from util.answering.packets import Answer
from util.answering.spies import globals_of, replaced
from util.images import load_image_normalize


class Model:
    """Stands in for the network: gives the challenge's predictions, whatever it sees."""

    def __init__(self, name: str, predictions: npt.NDArray[Any]) -> None:
        self.name = name
        self._predictions = predictions

    def predict(self, image: Any, *_: Any, **__: Any) -> npt.NDArray[Any]:
        """The challenge's predictions, shape (1, classes)."""
        return self._predictions.copy()

    __call__ = predict


def answer(
    function: Callable[..., Any],
    namespace: MutableMapping[str, Any],
    data: Mapping[str, Any],
    arrays: Mapping[str, Any],
) -> Answer:
    """What the function asked of ``grad_cam``, printed and drew.

    Returns:
        ``calls``: per call the model's name, the category, the layer and whether the image was
        the normalised one; ``printed``; ``panels``: per axes its title and which of the given
        maps lies on it, None where none does.
    """
    labels: list[str] = list(data["labels"])
    calls: list[dict[str, Any]] = []
    maps = arrays["maps"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / data["image"]
        cv2.imwrite(str(path), arrays["picture"])
        wanted = load_image_normalize(str(path), data["mean"], data["std"])

        def grad_cam(
            input_model: Any, image: Any, category_index: Any, layer_name: Any
        ) -> npt.NDArray[Any]:
            calls.append(
                {
                    "model": str(getattr(input_model, "name", None)),
                    "category": int(category_index),
                    "layer": str(layer_name),
                    "image": bool(np.array_equal(np.asarray(image), wanted)),
                }
            )
            return np.asarray(maps[int(category_index)]).copy()

        frame = pd.DataFrame([{"Image": data["image"], **dict(data["truth"])}])
        printed = io.StringIO()
        before = set(plt.get_fignums())
        spying = replaced("grad_cam", grad_cam, namespace, globals_of(function, namespace))
        try:
            with spying, redirect_stdout(printed), mock.patch.object(plt, "show"):
                function(
                    Model(data["model"], arrays["predictions"]),
                    data["image"],
                    data["mean"],
                    data["std"],
                    f"{folder}/",
                    frame,
                    labels,
                    list(data["selected"]),
                    layer_name=data["layer"],
                )
            panels = _panels(before, maps)
        except Exception as error:
            if not calls and nones(error, function):
                error.add_note("grad_cam was not called before.")
            raise
        finally:
            for number in set(plt.get_fignums()) - before:
                plt.close(number)
    return {"calls": calls[:100], "printed": printed.getvalue()[:10_000], "panels": panels}, {}


def _panels(before: set[int], maps: npt.NDArray[Any]) -> list[dict[str, Any]]:
    panels = []
    for number in sorted(set(plt.get_fignums()) - before):
        for axes in plt.figure(number).axes:
            shown = [np.ma.getdata(image.get_array()) for image in axes.images]
            panels.append(
                {
                    "title": axes.get_title(),
                    "images": len(shown),
                    "map": next(
                        (which for s in shown if (which := _which(s, maps)) is not None), None
                    ),
                }
            )
    return panels[:50]


def _which(shown: npt.NDArray[Any], maps: npt.NDArray[Any]) -> int | None:
    for index, one in enumerate(maps):
        if shown.shape == one.shape and np.allclose(shown, one):
            return index
    return None
