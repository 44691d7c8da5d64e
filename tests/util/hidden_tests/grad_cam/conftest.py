"""A case with values of no meaning, on which each mistake can be written out by hand."""

import numpy as np
import pytest

from util.hidden_tests.grad_cam.scene import Scene
from util.hidden_tests.grad_cam.worked import Worked


@pytest.fixture
def scene():
    """Return a case of random activations and gradients: two classes, two layers, 2 x 3."""
    rng = np.random.default_rng(0)
    maps = {"one": rng.normal(size=(2, 3, 4)), "two": rng.normal(size=(2, 3, 5))}
    gradients = {name: rng.normal(size=(6, *values.shape)) for name, values in maps.items()}
    scores = rng.uniform(0.1, 0.4, size=6)
    scores[3] = 0.9
    image = rng.normal(size=(8, 12, 3))
    worked = Worked(maps, gradients, scores, image, rng.normal(size=(6, 8, 12, 3)))
    fainter = Worked(maps, {n: g**3 for n, g in gradients.items()}, scores, image, image)
    return Scene(worked, 1, "two", ("one", "two"), fainter)


@pytest.fixture
def gives_what_is_written_out(scene):
    """Return a function that compares all variants of a mistake with what was written by hand."""

    def compare(mistake, by_hand):
        worked = scene.worked
        expected = by_hand(worked.maps["two"], worked.gradients["two"], worked)
        assert len(mistake.variants) == len(expected)
        for variant, written in zip(mistake.variants, expected, strict=True):
            np.testing.assert_allclose(variant(scene), written, atol=1e-12)

    return compare
