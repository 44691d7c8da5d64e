import numpy as np
import tensorflow as tf

from datagen.training.losses import balanced_loss, class_maps, location_loss
from util.loss import weighted_loss

RNG = np.random.default_rng(0)


def test_the_mean_of_a_class_map_is_the_logit_of_the_pooled_network():
    features = RNG.standard_normal((2, 3, 3, 8)).astype(np.float32)
    kernel = RNG.standard_normal((8, 14)).astype(np.float32)
    bias = RNG.standard_normal(14).astype(np.float32)
    maps = class_maps(features, kernel, bias).numpy()
    expected = features.mean(axis=(1, 2)) @ kernel + bias
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), expected, rtol=1e-4, atol=1e-5)


def test_the_loss_is_the_lessons_up_to_a_factor_per_finding():
    shares = RNG.uniform(0.1, 0.9, 14).astype(np.float32)
    logits = RNG.standard_normal((1, 14)).astype(np.float32)
    labels = RNG.integers(0, 2, (1, 14)).astype(np.float32)
    for finding in range(14):
        one = np.arange(14) == finding
        lessons = weighted_loss((1 - shares) * one, shares * one)
        expected = lessons(labels, tf.sigmoid(logits)).numpy()[0]
        expected /= 2 * shares[finding] * (1 - shares[finding])
        ours = balanced_loss(labels[:, one], logits[:, one], shares[one])
        np.testing.assert_allclose(ours, expected, rtol=1e-4)


def test_location_is_zero_at_a_perfect_match():
    masks = np.zeros((1, 2, 2, 2), np.float32)
    masks[0, :, :, 0] = [[0.5, 0.25], [0.125, 0.125]]
    maps = np.log(np.maximum(masks, 1e-9)) * 4 / 16 + 3.0
    np.testing.assert_allclose(location_loss(maps, masks), 0, atol=1e-5)


def test_location_prefers_the_right_cell_and_ignores_absent_findings():
    masks = np.zeros((1, 2, 2, 3), np.float32)
    masks[0, 0, 1, 0] = 0.3
    right, wrong = np.zeros((2, 1, 2, 2, 3), np.float32)
    right[0, 0, 1, 0] = wrong[0, 1, 1, 0] = 1.0
    assert location_loss(right, masks) < location_loss(np.zeros_like(right), masks)
    assert location_loss(np.zeros_like(right), masks) < location_loss(wrong, masks)
    noisy = right.copy()
    noisy[..., 1:] = RNG.standard_normal((1, 2, 2, 2))
    np.testing.assert_allclose(location_loss(noisy, masks), location_loss(right, masks))


def test_a_batch_without_findings_has_no_location():
    assert location_loss(np.ones((1, 2, 2, 3), np.float32), np.zeros((1, 2, 2, 3), np.float32)) == 0
