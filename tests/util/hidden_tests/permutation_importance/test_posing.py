"""Exercise 4's challenges: known mistakes lie apart, and show whoever permutes."""

import numpy as np
import pytest

from util.hidden_tests import permutation_importance as judging
from util.hidden_tests.permutation_importance.posing import _distinct
from util.hidden_tests.permutation_importance.stand_ins import Measurement

SEEDS = range(20)


@pytest.fixture(scope="module")
def challenges():
    return [judging.pose(np.random.default_rng(seed)) for seed in SEEDS]


def with_own_orders(challenge, times):
    """A measurement of frames that somebody permuted by themselves."""
    rng = np.random.default_rng(1000)
    X = challenge.arrays["X"]
    frames = np.tile(X, (X.shape[1], times, 1, 1))
    for place in range(X.shape[1]):
        frames[place, :, :, place] = rng.permuted(frames[place, :, :, place], axis=1)
    return Measurement(challenge, frames)


def test_every_mistake_is_off_and_no_two_are_alike(challenges):
    for challenge in challenges:
        wrong = judging.mistaken(challenge)
        values = np.array([judging.expected(challenge), *wrong.values()])
        gaps = np.abs(values[:, None] - values[None]).max(axis=2)
        assert gaps[~np.eye(len(values), dtype=bool)].min() > 3.9 * judging.TOLERANCE
        others = [gap for name, gap in zip(wrong, gaps[0, 1:], strict=True) if name != "rounded"]
        assert min(others) > 0.02


def test_importances_are_distinct_and_in_no_order(challenges):
    for challenge in challenges:
        right = judging.expected(challenge)
        assert np.diff(np.sort(right)).min() > 3.9 * judging.TOLERANCE
        assert list(right) not in (sorted(right), sorted(right, reverse=True))


def test_a_feature_harms_and_another_helps_however_they_are_permuted(challenges):
    """On the mean of num_samples permutations, so that a sign that was kept shows either way."""
    for challenge in challenges:
        measurement = with_own_orders(challenge, 200 * challenge.data["num_samples"])
        changes = measurement.performances - measurement.baseline
        means = changes.reshape(len(changes), 200, -1).mean(axis=2)
        assert (means.min(axis=1) > judging.TOLERANCE).any()
        assert (means.max(axis=1) < -judging.TOLERANCE).any()


def test_two_features_do_either_however_they_are_permuted(challenges):
    """In num_samples of their permutations, or the mean of absolute differences would be right."""
    for challenge in challenges:
        better = with_own_orders(challenge, 1000)
        share = (better.performances > better.baseline).mean(axis=1)
        assert ((share > 0.35) & (share < 0.65)).sum() >= 2


def test_no_order_comes_about_by_luck(challenges):
    """14 rows: one order in 10**10 is the old one."""
    for challenge in challenges:
        rows, features = challenge.arrays["X"].shape
        assert rows >= 14
        assert all(len(np.unique(challenge.arrays["X"][:, k])) == rows for k in range(features))


def test_columns_with_a_value_twice_are_drawn_again():
    class Twice:
        """A generator whose first draw holds a value twice."""

        def __init__(self):
            self.draws = [np.zeros((3, 2)), np.arange(6.0).reshape(3, 2)]

        def normal(self, size):
            return self.draws.pop(0)

    np.testing.assert_array_equal(_distinct(Twice(), 3, 2), [[0, 1], [2, 3], [4, 5]])
