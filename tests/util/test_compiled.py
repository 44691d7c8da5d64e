import keras
import numpy as np
import pytest

from util import compiled
from util.backend import K
from util.compiled import shared_part


@pytest.fixture
def deep():
    """A model of many layers that cost nothing."""
    image = keras.Input((None, None, 1))
    x = image
    for _ in range(compiled.MIN_OPERATIONS + 10):
        x = keras.layers.Rescaling(1.0, offset=0.01)(x)
    x = keras.layers.Conv2D(2, 1, name="maps")(x)
    pooled = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(3, name="dense")(pooled))


@pytest.fixture
def image():
    return np.random.default_rng(1).standard_normal((1, 4, 4, 1)).astype(np.float32)


def maps_and_gradient(model, category):
    maps = model.get_layer("maps").output
    gradient = K.gradients(model.output[0][category], maps)[0]
    return K.function([model.input], [maps, gradient])


def part_of(model):
    return shared_part([model.input], [model.get_layer("maps").output])


def test_the_second_time_it_is_compiled_and_gives_the_same(deep, image):
    first = maps_and_gradient(deep, 0)([image])
    part = part_of(deep)
    assert not part.is_compiled
    second = maps_and_gradient(deep, 0)([image])
    assert part_of(deep) is part
    assert part.is_compiled
    for one, other in zip(first, second, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    expected = deep.get_layer("dense").kernel.numpy()[:, 2] / 16
    _, gradient = maps_and_gradient(deep, 2)([image])
    np.testing.assert_allclose(gradient, np.broadcast_to(expected, (1, 4, 4, 2)), rtol=1e-5)


def test_other_weights_and_other_sizes_are_heeded(deep, image):
    hook = K.function([deep.input], [deep.get_layer("maps").output])
    before = [hook([image])[0] for _ in range(3)][-1]
    for weight in deep.get_layer("maps").weights:
        weight.assign(2 * weight)
    np.testing.assert_allclose(hook([image])[0], 2 * before, rtol=1e-5)
    larger = np.zeros((2, 7, 5, 1), dtype=np.float32)
    assert hook([larger])[0].shape == (2, 7, 5, 2)


def test_small_models_are_not_compiled(image):
    source = keras.Input((None, None, 1))
    maps = keras.layers.Conv2D(2, 1)(source)
    assert shared_part([source], [maps]) is None


def test_few_parts_are_kept(deep):
    layers = [layer.output for layer in deep.layers[-compiled._KEPT - 5 : -3]]
    first = shared_part([deep.input], [layers[0]])
    for layer in layers[1:]:
        shared_part([deep.input], [layer])
    assert len(compiled._parts) == compiled._KEPT
    assert shared_part([deep.input], [layers[0]]) is not first
