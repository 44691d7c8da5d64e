"""A drawn radiograph with its labels and masks."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Radiograph:
    """A synthetic radiograph and its ground truth.

    Attributes:
        image: uint8 (size, size); the patient's left is on the image's right.
        labels: uint8 (14,), in the order of ``util.labels.LABELS``.
        severity: float32 (14,), 0 where a finding is absent.
        masks: bool (14, size, size), where each finding is visible; all False when absent.
        age: years.
        sex: "F" or "M".
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    severity: NDArray[np.float32]
    masks: NDArray[np.bool_]
    age: int
    sex: str

    def mask_grid(self, n: int = 10) -> NDArray[np.float32]:
        """Share of each cell of an n x n grid that each mask covers, float32 (14, n, n)."""
        grid = np.zeros((len(self.masks), n, n), np.float32)
        for i in np.flatnonzero(self.labels):
            mask = self.masks[i].astype(np.float32)
            grid[i] = cv2.resize(mask, (n, n), interpolation=cv2.INTER_AREA)
        return grid
