"""What the values of maps show by themselves, and what an unknown map lacks."""

import numpy as np
import pytest

from util.hidden_tests.grad_cam.finishing import finish
from util.hidden_tests.grad_cam.forms import failed_property, form_of

RIGHT = [finish(np.random.default_rng(seed).normal(size=(5, 7)), 20, 28) for seed in range(3)]

FORMS = {
    "zeros": lambda cam: np.zeros_like(cam),
    "uniform": lambda cam: np.full_like(cam, 0.3),
    "whole_numbers": lambda cam: (cam > 0.7).astype(float),
    "unnormalised": lambda cam: cam / cam.sum(),
    "grey_levels": lambda cam: np.floor(255 * cam),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_seen_when_all_maps_have_it(name):
    assert form_of([FORMS[name](cam) for cam in RIGHT], RIGHT, 0.02) == name
    assert form_of([FORMS[name](RIGHT[0]), *RIGHT[1:]], RIGHT, 0.02) in (None, "unnormalised")


def test_right_maps_and_others_have_no_form_of_their_own():
    assert form_of(RIGHT, RIGHT, 0.02) is None
    assert form_of(RIGHT[::-1], RIGHT, 0.02) is None
    assert form_of([cam / 3 for cam in RIGHT[::-1]], RIGHT, 0.02) is None


LACKING = {
    "below 0": lambda cam: cam - 0.5,
    "above 1": lambda cam: cam * 2,
    "is below 1": lambda cam: cam / 2,
    "above 0 nearly everywhere": lambda cam: (cam + 1) / 2,
    "not where it should be": lambda cam: cam[::-1, ::-1],
    "other places are too bright": lambda cam: cam**0.2,
}


@pytest.mark.parametrize("text", LACKING)
def test_a_failed_property_is_told(text):
    right = np.zeros((20, 28))
    right[2:9, 2:9] = np.linspace(0, 1, 49).reshape(7, 7)
    assert text in failed_property(LACKING[text](right), right)
