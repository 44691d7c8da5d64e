"""The table of mistakes: complete, in order, and each with a sentence of its own."""

import numpy as np
import pytest

from proctor.seeds import generator
from util.hidden_tests import grad_cam
from util.hidden_tests.grad_cam.mistakes import SEEN, VARIANTS, scene_of


@pytest.fixture(scope="module")
def challenge():
    """Return one challenge."""
    return grad_cam.pose(generator(0))


def test_every_mistake_gives_finished_maps_for_each_of_its_variants(challenge):
    for number in range(4):
        shape = challenge.arrays[f"image{number}"].shape[:2]
        known = grad_cam.mistaken(challenge, number)
        assert list(known) == list(grad_cam.MISTAKES) == list(VARIANTS)
        for name, maps in known.items():
            assert maps.shape == (VARIANTS[name], *shape)
            assert np.isfinite(maps).all()


def test_every_mistake_has_a_sentence_of_its_own():
    sentences = list(grad_cam.MISTAKES.values())
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith((".", "None if need be.")) for sentence in sentences)
    assert set(SEEN) <= set(grad_cam.MISTAKES)


def test_sentences_give_no_code_away():
    for sentence in grad_cam.MISTAKES.values():
        assert not any(code in sentence for code in ("np.", "tf.", "axis=", "=", "[", "@"))


def test_a_scene_is_what_was_asked(challenge):
    for number, case in enumerate(challenge.data["cases"]):
        scene = scene_of(challenge, number)
        assert (scene.category, scene.layer) == (case["category"], case["layer"])
        np.testing.assert_allclose(scene.right, scene.maps @ scene.weights)
