"""Store the data behind the picture in students' feedback: ``python -m datagen.picture``.

The network's head after the lesson's layer is folded into one dense layer. ``bn`` scales and
shifts each channel, pooling averages it, and the dense layer weights it: all of this is linear
(see `util.model.add_head`), so one matrix and one bias are equivalent.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RADIOGRAPH = "SYN00901_000.png"
"""The lesson's first case: a clear mass."""

Array = npt.NDArray[np.floating]


def fold(model: Any, layer: str) -> tuple[Array, Array]:
    """Fold what follows a layer's maps into dense weights (channels, classes) and bias (classes,).

    Args:
        model: The lesson's network.
        layer: The layer before ``bn``.
    """
    bn, dense = model.get_layer("bn"), model.get_layer("dense")
    if bn.input is not model.get_layer(layer).output:
        raise ValueError(f"bn does not follow {layer}")
    gamma, beta, mean, variance = (np.asarray(w, np.float64) for w in bn.get_weights())
    kernel, bias = (np.asarray(w, np.float64) for w in dense.get_weights())
    scale = gamma / np.sqrt(variance + bn.epsilon)
    return kernel * scale[:, None], bias + (beta - scale * mean) @ kernel


def main() -> int:
    """Entry point."""
    from keras import Model

    from util.hidden_tests.grad_cam.picture import LAYER, STORED
    from util.images import get_mean_std_per_batch, load_image_normalize
    from util.loss import LABEL_TABLE, read_label_table
    from util.model import load_C3M3_model

    parser = argparse.ArgumentParser(prog="python -m datagen.picture", description=__doc__)
    parser.add_argument("--lesson", type=Path, default=Path("source/C3M3"))
    parser.add_argument("--out", type=Path, default=STORED)
    options = parser.parse_args()
    folder = options.lesson / LABEL_TABLE.parent / "images-small"
    mean, std = get_mean_std_per_batch(folder, read_label_table(options.lesson / LABEL_TABLE))
    model = load_C3M3_model(options.lesson)
    image = load_image_normalize(folder / RADIOGRAPH, mean, std)
    maps = Model(model.input, model.get_layer(LAYER).output).predict(image, verbose=0)[0]
    dense, bias = fold(model, LAYER)
    import cv2

    radiograph = np.asarray(cv2.imread(str(folder / RADIOGRAPH), cv2.IMREAD_GRAYSCALE))
    np.savez_compressed(
        options.out,
        image=maps.astype(np.float16),
        dense=dense.astype(np.float32),
        bias=bias.astype(np.float32),
        radiograph=radiograph,
    )
    print(f"written: {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
