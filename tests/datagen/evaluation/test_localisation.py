import numpy as np
import pytest

from datagen.evaluation.localisation import peak_hits


def cam_with_peak(row, column, value=1.0):
    cam = np.full((10, 10), -0.5)
    cam[row, column] = value
    return cam


def mask_of(rows, columns):
    mask = np.zeros((320, 320), dtype=bool)
    mask[rows, columns] = True
    return mask


@pytest.mark.parametrize(
    ("mask", "hit"),
    [
        (mask_of(slice(96, 128), slice(160, 192)), True),  # the cell itself
        (mask_of(112, slice(192, 200)), True),  # 16 pixels right of the centre, (112, 176)
        (mask_of(112, slice(193, 200)), False),  # 17 pixels
        (mask_of(slice(124, 130), slice(188, 194)), False),  # 12 each way: 17 in all
        (mask_of(slice(160, 192), slice(96, 128)), False),  # rows and columns exchanged
        (np.zeros((320, 320), dtype=bool), False),
    ],
)
def test_within_half_a_cell(mask, hit):
    assert peak_hits(cam_with_peak(3, 5), mask) is hit


def test_a_map_without_positive_values_points_nowhere():
    everywhere = np.ones((320, 320), dtype=bool)
    assert peak_hits(cam_with_peak(3, 5), everywhere)
    assert not peak_hits(cam_with_peak(3, 5, value=0.0), everywhere)
