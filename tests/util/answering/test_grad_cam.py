"""Exercise 1's answer: a map per case, or what was raised instead."""

import numpy as np
import pytest

from proctor.seeds import generator
from util.answering.grad_cam import answer
from util.answering.notebook import Here
from util.answering.record import Record
from util.hidden_tests.grad_cam import pose


def tell(function, data, arrays):
    """Return what is written down of a function, as data and arrays."""
    found = answer(Here(function), Record(data, arrays))
    return found.data, found.arrays


@pytest.fixture(scope="module")
def challenge():
    """Return one challenge of four cases."""
    return pose(generator(0))


def test_every_case_is_asked_with_its_own_image_category_and_layer(challenge):
    asked = []

    def grad_cam(model, image, category, layer):
        asked.append((image.shape, category, layer, model.output_shape))
        return np.zeros(image.shape[1:3])

    said, maps = tell(grad_cam, challenge.data, challenge.arrays)
    cases = challenge.data["cases"]
    assert asked == [
        ((1, *challenge.arrays[f"image{n}"].shape), c["category"], c["layer"], (None, c["classes"]))
        for n, c in enumerate(cases)
    ]
    assert sorted(maps) == ["cam0", "cam1", "cam2", "cam3"]
    assert [case["shape"] for case in said["cases"]] == [list(m.shape) for m in maps.values()]


def test_a_case_that_raises_is_written_down(challenge):
    calls = []

    def grad_cam(*_):
        calls.append(1)
        if len(calls) > 1:
            raise KeyError("x" * 1000)
        return [[0.5]]

    said, maps = tell(grad_cam, challenge.data, challenge.arrays)
    assert list(maps) == ["cam0"]
    assert maps["cam0"].dtype == np.float32
    assert [case.get("raised") for case in said["cases"]] == [None, *["KeyError"] * 3]
    assert len(said["cases"][1]["message"]) == 300


def test_what_is_raised_in_every_case_is_raised(challenge):
    with pytest.raises(ZeroDivisionError):
        tell(lambda *_: 1 / 0, challenge.data, challenge.arrays)


def test_what_is_no_array_counts_as_raised(challenge):
    with pytest.raises((TypeError, ValueError)):
        tell(lambda *_: "no map", challenge.data, challenge.arrays)
