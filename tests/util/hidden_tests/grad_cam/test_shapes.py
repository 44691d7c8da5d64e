"""What the shape of a map says."""

import pytest

from util.hidden_tests.grad_cam.shapes import shape_problem

IMAGES = [(20, 28, 3), (28, 20, 3)]
LAYERS = [(5, 7, 4), (7, 5, 6)]

SHAPES = {
    "exchanged": [(28, 20), (20, 28)],
    "not_resized": [(5, 7), (7, 5)],
    "fixed_size": [(320, 320), (320, 320)],
    "no_map": [(), ()],
    "one_axis_left": [(28,), (20,)],
    "batch_kept": [(1, 20, 28), (1, 28, 20)],
    "channels_kept": [(20, 28, 4), (28, 20, 6)],
    "axes": [(20, 28, 3), (28, 20, 3)],
    "shape": [(19, 28), (27, 20)],
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_named(name):
    verdict = shape_problem(SHAPES[name], IMAGES, LAYERS)
    assert (verdict.score, verdict.misconception) == (0.0, name)


def test_right_shapes_are_no_problem():
    assert shape_problem([(20, 28), (28, 20)], IMAGES, LAYERS) is None


def test_one_wrong_shape_is_enough():
    assert shape_problem([(20, 28), (20, 28)], IMAGES, LAYERS).misconception == "fixed_size"
    assert shape_problem([(20, 28), (7, 5)], IMAGES, LAYERS).misconception == "not_resized"


def test_maps_of_one_size_are_no_fixed_size_where_the_pictures_are_alike():
    same = [IMAGES[0]] * 2
    assert shape_problem([(10, 14)] * 2, same, LAYERS[:1] * 2).misconception == "shape"
