import numpy as np
import pytest

from datagen.evaluation.gradcam import LAYER, GradCam
from util.backend import K
from util.model import add_head, build_base


@pytest.fixture(scope="module")
def model():
    model = add_head(build_base())
    rng = np.random.default_rng(0)
    for weight in model.weights:
        shape = tuple(weight.shape)
        if weight.name == "kernel":
            weight.assign(rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[:-1])))
        elif weight.name in ("gamma", "moving_variance"):
            weight.assign(rng.uniform(0.5, 1.5, shape))
        else:
            weight.assign(0.1 * rng.standard_normal(shape))
    return model


@pytest.mark.slow
def test_closed_form_equals_the_lessons_way(model):
    images = np.random.default_rng(1).standard_normal((2, 64, 96, 3)).astype(np.float32)
    probabilities, cams = GradCam(model)(images)
    assert cams.shape == (2, 2, 3, 14)
    np.testing.assert_allclose(probabilities, model(images), rtol=1e-4, atol=1e-6)
    maps = model.get_layer(LAYER).output
    for category in (0, 5, 13):
        gradient = K.gradients(model.output[0][category], maps)[0]
        hook = K.function([model.input], [maps, gradient])
        for number in range(2):
            values, slopes = hook([images[number : number + 1]])
            expected = values[0] @ slopes[0].mean(axis=(0, 1))
            found = cams[number, ..., category]
            np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5 * abs(expected).max())
