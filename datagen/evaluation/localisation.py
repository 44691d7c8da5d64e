"""Whether a Grad-CAM points at the finding: its peak against the drawn mask."""

import cv2
import numpy as np


def peak_hits(cam: np.ndarray, mask: np.ndarray) -> bool:
    """Return whether a map's peak lies on a finding, or within half a cell of it.

    The peak is the centre of the highest cell. Half a cell (16 pixels at 320) is the precision of
    so coarse a map. A map without a positive value has no peak: the lesson's ReLU would set all of
    it to zero.

    Args:
        cam: Map before or after the ReLU, shape (cells, cells).
        mask: Where the finding is, bool, shape (size, size).
    """
    if cam.max() <= 0 or not mask.any():
        return False
    cell = mask.shape[0] / cam.shape[0]
    row, column = (int((index + 0.5) * cell) for index in np.unravel_index(cam.argmax(), cam.shape))
    outside = np.where(mask, 0, 1).astype(np.uint8)
    distance = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return bool(distance[row, column] <= cell / 2)
