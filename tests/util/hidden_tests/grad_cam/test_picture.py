import io

import numpy as np
import pytest
from PIL import Image

from util.answering.record import Record
from util.answering.tiny_models import build
from util.hidden_tests.grad_cam.picture import CATEGORY, FINDING, draw, question, reference
from util.labels import LABELS


def answer(cam):
    return Record({}, {"cam0": cam})


def seen(picture):
    return np.asarray(Image.open(io.BytesIO(picture.jpeg)).convert("RGB"), dtype=float)


def test_the_question_is_a_model_that_sees_the_finding():
    asked = question()
    (case,) = asked.data["cases"]
    weights = {part: asked.arrays[f"{part}0"] for part in ("image", "dense", "bias")}
    scores = build(case, weights)(weights["image"][None]).numpy()[0]
    assert LABELS[CATEGORY] == FINDING
    assert scores[CATEGORY] > 0.9


def test_the_right_map_looks_like_the_reference():
    own, right = draw(question(), answer(reference()))
    assert (own.title, right.title) == ("Your map", "Reference map")
    np.testing.assert_array_equal(seen(own), seen(right))
    assert own.alt.partition("strongest")[2] == right.alt.partition("strongest")[2]


def test_a_wrong_map_looks_different_and_says_where_it_is():
    cam = np.zeros((10, 10))
    cam[9, 9] = 1
    own, right = draw(question(), answer(cam))
    assert np.abs(seen(own) - seen(right)).max() > 50
    assert "bottom right" in own.alt


@pytest.mark.parametrize("cam", [np.zeros((4, 4)), np.full((4, 4), np.nan), np.ones((3, 4), bool)])
def test_a_map_without_form_is_drawn_all_the_same(cam):
    own, _ = draw(question(), answer(cam))
    assert "the same everywhere" in own.alt


@pytest.mark.parametrize(
    "cam",
    [np.zeros(3), np.zeros((2, 2, 2)), np.zeros((0, 3)), np.array([["a"]]), np.ones((2, 2)) * 1j],
)
def test_what_is_no_map_is_not_drawn(cam):
    with pytest.raises((ValueError, KeyError)):
        draw(question(), answer(cam))


def test_an_enormous_map_is_not_drawn():
    with pytest.raises(ValueError, match="40000"):
        draw(question(), answer(np.zeros((1, 40_000), "u1")))
