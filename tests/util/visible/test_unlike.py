"""What is told of a wrong map is what was done to a right one."""

import re

import numpy as np
import pytest

from util.visible.unlike import OTHERWISE, sentence

LABELS = ["first", "second", "third"]


@pytest.fixture
def maps():
    """Return three maps, each with one bright place of its own, as large as a picture."""
    rows, columns = np.mgrid[:48, :48]
    places = ((10, 34), (40, 8), (30, 40))
    return np.stack([np.exp(-((rows - r) ** 2 + (columns - c) ** 2) / 200) for r, c in places])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: 0 * m, "no position speaks for the category, .* from 0 to 0; expected 0 to 1"),
        (lambda m: 0 * m + 0.5, "Each position needs a score of its own .* from 0.5 to 0.5"),
        (lambda m: m - 0.5, "Keep the ReLU .* from -0.5 to 0.5"),
        (lambda m: m * 255, "Divide by the largest value .* from .* to 255"),
        (lambda m: m / 1000, "Divide by the largest value"),
        (lambda m: m.T, "height and width apart"),
        (lambda m: m[::-1], "upside down"),
        (lambda m: m[:, ::-1], "mirror image"),
        (lambda m: 1 - m, "bright where the reference is dark, and dark"),
    ],
)
def test_what_was_done_to_the_reference_is_told(change, says, maps):
    assert re.search(says, sentence(change(maps[0]), maps, 0, LABELS))


def test_the_map_of_another_category_is_told_by_name(maps):
    said = sentence(maps[2], maps, 0, LABELS)
    assert "your map is that of third (number 2); expected that of first (number 0)" in said


def test_a_map_that_is_dark_where_it_should_be_bright_is_told(maps):
    opposite = np.maximum(0.3 - maps[0], 0) / 0.3
    assert "bright where the reference is dark" in sentence(opposite, maps, 0, LABELS)


def test_of_any_other_map_nothing_is_made_up(maps):
    noise = np.random.default_rng(0).uniform(size=(48, 48))
    assert sentence(noise / noise.max(), maps, 0, LABELS) == OTHERWISE


def test_a_symmetrical_map_is_not_called_exchanged(maps):
    rows, columns = np.mgrid[:48, :48]
    centre = np.exp(-((rows - 23.5) ** 2 + (columns - 23.5) ** 2) / 200)[None]
    noise = np.random.default_rng(0).uniform(size=(48, 48))
    said = sentence(noise / noise.max(), np.concatenate([centre, maps]), 0, ["centre", *LABELS])
    assert said == OTHERWISE
