import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from datagen.evaluation.statistics import area_under_curve, bootstrap_areas, wilson_interval


def test_areas_equal_scikit_learns_with_ties():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (60, 3))
    scores = rng.integers(0, 8, (60, 3)) / 8
    expected = [roc_auc_score(labels[:, k], scores[:, k]) for k in range(3)]
    np.testing.assert_allclose(area_under_curve(labels, scores), expected)


def test_an_area_needs_both_answers():
    assert np.isnan(area_under_curve(np.ones((5, 1)), np.arange(5.0)[:, None])).all()


def test_bootstrap_surrounds_the_area_and_is_repeatable():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (300, 2))
    scores = labels * 0.8 + rng.standard_normal((300, 2))
    areas = bootstrap_areas(labels, scores, resamples=200)
    low, high = np.percentile(areas, (2.5, 97.5), axis=0)
    value = area_under_curve(labels, scores)
    assert (low < value).all()
    assert (value < high).all()
    assert (high - low > 0.05).all()
    assert (high - low < 0.2).all()
    np.testing.assert_array_equal(areas, bootstrap_areas(labels, scores, resamples=200))


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_wilson_intervals_of_the_literature(hits, trials, low, high):
    assert wilson_interval(hits, trials) == pytest.approx((low, high), abs=1e-4)


def test_more_hits_than_trials():
    with pytest.raises(ValueError, match="between 0 and the 3 trials"):
        wilson_interval(4, 3)
