import keras
import numpy as np
import pytest

from datagen.training.network import FusedBatchNormalization, build_training_network
from util.model import add_head, build_base
from util.weights import named_weights


def test_fused_normalisation_equals_keras():
    plain, fused = keras.layers.BatchNormalization(), FusedBatchNormalization()
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 6, 6, 3)).astype(np.float32) * 3 + 1
    for layer in (plain, fused):
        layer.build(x.shape)
        for number, weight in enumerate(layer.weights):
            weight.assign(np.random.default_rng(number).uniform(0.5, 1.5, 3))
    for training in (False, True, False):
        np.testing.assert_allclose(
            fused(x, training=training), plain(x, training=training), rtol=1e-3, atol=5e-3
        )
    for one, other in zip(fused.weights, plain.weights, strict=True):
        # The fused operation counts the variance with n - 1 in its running statistics.
        np.testing.assert_allclose(one.value, other.value, rtol=2e-3)


@pytest.fixture(scope="module")
def network():
    return build_training_network("float32", seed=0)


def test_same_weights_and_same_predictions_as_the_lessons_network(network):
    lessons = add_head(build_base())
    ours, theirs = named_weights(network), named_weights(lessons)
    assert list(ours) == list(theirs)
    for name, weight in theirs.items():
        weight.assign(ours[name].value)
    x = np.random.default_rng(0).standard_normal((1, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(network(x), lessons(x), rtol=1e-4, atol=1e-5)


def test_kernels_are_random_and_of_the_right_size(network):
    kernel = network.get_layer("conv3_block2_2_conv").kernel.value.numpy()
    assert kernel.std() == pytest.approx(np.sqrt(2 / (9 * 128)), rel=0.05)


def test_the_policy_is_put_back():
    before = keras.config.dtype_policy().name
    mixed = build_training_network("mixed_bfloat16", seed=0)
    assert mixed.get_layer("conv1_conv").compute_dtype == "bfloat16"
    assert mixed.get_layer("conv1_conv").kernel.dtype == "float32"
    assert keras.config.dtype_policy().name == before
