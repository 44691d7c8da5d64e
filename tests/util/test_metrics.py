"""The c-index against hand-counted pairs and against the area under the ROC curve."""

import numpy as np
import pandas as pd
import pytest
from lifelines.utils import concordance_index
from sklearn.metrics import roc_auc_score

from util.metrics import cindex


def test_counts_pairs_of_one_who_died_and_one_who_did_not():
    # Pairs (died, alive): (.9, .1) and (.9, .4) right, (.2, .1) right, (.2, .4) wrong.
    assert cindex([1, 0, 1, 0], [0.9, 0.1, 0.2, 0.4]) == 0.75


def test_equal_scores_count_half():
    assert cindex([1, 0], [0.3, 0.3]) == 0.5


def test_a_higher_risk_for_those_who_died_is_above_half():
    assert cindex(np.array([0, 0, 1]), np.array([0.1, 0.2, 0.9])) == 1.0
    assert cindex(np.array([0, 0, 1]), np.array([0.9, 0.8, 0.1])) == 0.0


def test_equals_the_area_under_the_roc_curve():
    rng = np.random.default_rng(0)
    truth, scores = rng.integers(0, 2, 300), rng.random(300).round(1)
    assert cindex(truth, scores) == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)


@pytest.mark.parametrize("decimals", [0, 1, 2, 15])
def test_equals_that_of_lifelines_to_the_last_bit(decimals):
    rng = np.random.default_rng(decimals)
    for people in (2, 17, 1000):
        truth, scores = rng.integers(0, 2, people), rng.random(people).round(decimals)
        truth[:2] = 0, 1
        assert cindex(truth, scores) == concordance_index(truth, scores)


def test_an_outcome_of_more_values_is_compared_by_pairs():
    truth, scores = np.array([0, 1, 2, 2]), np.array([0.1, 0.4, 0.3, 0.9])
    assert cindex(truth, scores) == concordance_index(truth, scores)


def test_a_missing_score_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        cindex([0, 1], [0.1, np.nan])


def test_takes_boolean_truth_and_any_index():
    truth = pd.Series([True, False, True], index=[7, 3, 5])
    assert cindex(truth, np.array([0.9, 0.5, 0.6])) == 1.0


@pytest.mark.parametrize("truth", [[1, 1, 1], [0, 0, 0]])
def test_refuses_a_single_outcome(truth):
    with pytest.raises(ValueError, match="one and the same outcome"):
        cindex(truth, [0.1, 0.2, 0.3])


def test_refuses_lengths_that_differ():
    with pytest.raises(ValueError, match="same shape"):
        cindex([0, 1], [0.1, 0.2, 0.3])
