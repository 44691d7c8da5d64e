"""What ``compute_gradcam`` works with: a network, a picture's file, and the figures that it draws.

All of this has to be where the notebook runs. Matplotlib and Keras are imported only there: where
hidden tests run, the class is named and never made.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_MOST_PANELS, _MOST_IMAGES = 50, 20


class Model:
    """Stand-in for the network: returns given predictions for any input."""

    def __init__(self, name: str, predictions: Array) -> None:
        self.name = name
        self._predictions = predictions

    def predict(self, image: Any, *_: Any, **__: Any) -> Array:
        """Return the predictions, shape (1, classes)."""
        return self._predictions.copy()

    predict_on_batch = predict

    def __call__(self, image: Any, *_: Any, **__: Any) -> Any:
        """Return the predictions as a tensor, as a call of a network does."""
        import keras

        return keras.ops.convert_to_tensor(self._predictions)


class Stage:
    """The network, the picture's file, and the figures since it was made, until it is closed.

    Attributes:
        model: The network.
    """

    def __init__(self, model: str, predictions: Array, file: str, picture: Array) -> None:
        """Write the picture, and remember which figures are open.

        Args:
            model: Name of the network.
            predictions: What it predicts, shape (1, classes).
            file: Name of the picture's file.
            picture: The picture, shape (H, W).
        """
        import matplotlib.pyplot as plt

        pyplot: Any = plt
        self._pyplot = pyplot
        self.model = Model(model, predictions)
        self._folder = tempfile.TemporaryDirectory()
        cv2.imwrite(str(Path(self._folder.name) / file), picture)
        self._before = set(plt.get_fignums())
        self._show = pyplot.show
        # In a notebook, showing a figure closes it.
        self._pyplot.show = lambda *_, **__: None

    def folder(self) -> str:
        """Return the path of the folder with the picture."""
        return self._folder.name

    def panels(self, height: int, width: int) -> list[dict[str, Any]]:
        """Describe the axes of the new figures.

        Args:
            height: Rows to which images are scaled.
            width: Columns to which images are scaled.

        Returns:
            For each axes its ``title``; ``images``: how many it shows; ``layers``: for each image
            its channels as rows, shape (channels, height * width), from bottom to top; none where
            it holds no numbers.
        """
        return [
            {
                "title": " ".join(
                    axes.get_title(side) for side in ("left", "center", "right")
                ).strip(),
                "images": len(axes.images),
                "layers": [_scaled(_pixels(i), height, width) for i in axes.images[:_MOST_IMAGES]],
            }
            for number in sorted(set(self._pyplot.get_fignums()) - self._before)
            for axes in self._pyplot.figure(number).axes[:_MOST_PANELS]
        ][:_MOST_PANELS]

    def close(self) -> None:
        """Close the new figures, and remove the picture."""
        self._pyplot.show = self._show
        for number in set(self._pyplot.get_fignums()) - self._before:
            self._pyplot.close(number)
        self._folder.cleanup()


def _pixels(image: Any) -> Array:
    return np.ma.getdata(np.asanyarray(image.get_array()))


def _scaled(shown: Array, height: int, width: int) -> Array | None:
    if shown.ndim not in (2, 3) or shown.dtype.kind not in "biuf" or not shown.size:
        return None
    # A map may show in a single colour channel; the fourth channel is transparency.
    layers = np.moveaxis(np.atleast_3d(shown)[..., :3], 2, 0).astype(np.float64)
    return np.array(
        [cv2.resize(one, (width, height), interpolation=cv2.INTER_AREA).ravel() for one in layers]
    )
