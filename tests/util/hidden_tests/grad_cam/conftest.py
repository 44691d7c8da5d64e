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
