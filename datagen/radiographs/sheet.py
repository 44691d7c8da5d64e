"""The contact sheet of the documentation: every finding at three severities beside a normal."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datagen.radiographs.draw import draw
from util.labels import LABELS

SEVERITIES = (0.4, 0.7, 1.0)
TILE = 240
CAPTION = 18


def _tile(image: NDArray[np.uint8], caption: str) -> NDArray[np.uint8]:
    """A picture with a line of text below it."""
    small = cv2.resize(image, (TILE, TILE), interpolation=cv2.INTER_AREA)
    bar = np.zeros((CAPTION, TILE), np.uint8)
    cv2.putText(bar, caption, (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 255, 1, cv2.LINE_AA)
    return np.vstack([small, bar])


def contact_sheet(path: Path, first_seed: int = 500) -> None:
    """Write the sheet: two findings per row, each at severities 0 (normal), 0.4, 0.7 and 1.0.

    Args:
        path: a .jpg or .png file.
        first_seed: seed of the first finding; each further finding uses the next seed, for one
            patient at all severities.
    """
    blocks = []
    for index, label in enumerate(LABELS):
        seed = first_seed + index
        tiles = [_tile(draw(seed, findings={}).image, f"normal (seed {seed})")]
        for severity in SEVERITIES:
            image = draw(seed, findings={label: severity}).image
            tiles.append(_tile(image, f"{label} {severity}"))
        blocks.append(np.hstack(tiles))
    rows = [np.hstack(blocks[i : i + 2]) for i in range(0, len(blocks), 2)]
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 78])
