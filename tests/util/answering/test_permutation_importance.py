"""Exercise 4's answer: the importances, and what was called on the way."""

import copy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from util.answering.notebook import Here
from util.answering.permutation_importance import Metric, Model, Permute, answer
from util.answering.record import Record


def tell(function, data, arrays):
    """Return what is written down of a function, as data and arrays."""
    found = answer(Here(function), Record(data, arrays))
    return found.data, found.arrays


NAMES = ["a", "b"]
DATA = {"features": NAMES, "num_samples": 2}
ARRAYS = {
    "X": np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]),
    "y": np.array([0.0, 1.0, 1.0]),
    "coefficients": np.array([1.0, -1.0]),
    "truth_weights": np.array([1.0, 10.0, 100.0]),
    "prediction_weights": np.array([0.5, 0.25, 0.125]),
    "orders": np.array([[[1, 0, 2], [2, 1, 0]], [[0, 2, 1], [1, 2, 0]]]),
}


def test_the_stand_in_model_is_a_logistic_model_of_the_named_columns():
    model = Model(NAMES, ARRAYS["coefficients"])
    turned = pd.DataFrame(ARRAYS["X"], columns=NAMES)[["b", "a"]]
    for X in (turned, ARRAYS["X"]):
        proba = model.predict_proba(X)
        np.testing.assert_allclose(proba[:, 1], 1 / (1 + np.e))
        np.testing.assert_allclose(proba.sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(turned), [0, 0, 0])
    assert len(model.seen) == 3
    assert model.fit(turned, None).fitted == 1


def test_the_stand_in_metric_tells_truth_from_predictions():
    metric = Metric(ARRAYS["truth_weights"], ARRAYS["prediction_weights"])
    assert metric(pd.Series([0, 1, 1]), [2, 4, 8]) == 110 + 3
    assert metric([2, 4, 8], pd.Series([0, 1, 1])) == 842 + 0.375
    assert metric.calls == 2


def test_the_stand_in_metric_may_have_weights_for_squares():
    metric = Metric(np.zeros(2), np.array([1.0, 2.0]), np.array([10.0, 20.0]))
    assert metric([0, 1], [0.5, 1]) == 2.5 + 22.5


def test_the_stand_in_metric_says_how_many_predictions_it_wants():
    metric = Metric(*np.ones((2, 3)))
    with pytest.raises(ValueError, match="6 predictions for 3 truths"):
        metric([0, 1, 1], np.ones((3, 2)))


def test_a_copy_of_the_stand_in_model_remembers_in_the_same_place():
    model = Model(NAMES, ARRAYS["coefficients"])
    for twin in (copy.copy(model), copy.deepcopy(model), clone(model)):
        twin.predict_proba(ARRAYS["X"])
        twin.fit(ARRAYS["X"], ARRAYS["y"])
    assert (len(model.seen), model.fitted) == (3, 3)


def test_the_stand_in_permutes_in_the_given_orders_and_starts_over():
    permute = Permute(NAMES, ARRAYS["orders"])
    frame = pd.DataFrame(ARRAYS["X"], columns=NAMES, index=[7, 5, 6])
    before = frame.copy()
    orders = [permute(frame, "a")["a"].tolist() for _ in range(3)]
    assert orders == [[2, 0, 4], [4, 2, 0], [2, 0, 4]]
    assert permute(frame, "b")["b"].tolist() == [1, 5, 3]
    assert permute.calls == {"a": 3, "b": 1}
    pd.testing.assert_frame_equal(frame, before)


def permutation_importance(X, y, model, metric, num_samples):
    metric(y, model.predict_proba(X)[:, 1])
    permute_feature(X, "b")  # noqa: F821 - the spy
    return pd.DataFrame([[0.5, num_samples]], columns=X.columns, index=["importance"])


def test_result_and_calls_are_written_down():
    said, arrays = tell(permutation_importance, DATA, ARRAYS)
    assert said == {
        "type": "DataFrame",
        "permuted": [0, 1],
        "measured": 1,
        "fitted": 0,
        "at_once": False,
        "untouched": True,
        "columns": NAMES,
        "index": ["importance"],
        "frames": [1],
    }
    np.testing.assert_array_equal(arrays["values"], [[0.5, 2]])
    np.testing.assert_array_equal(arrays["seen"], ARRAYS["X"][None])
    assert "permute_feature" not in globals()


def test_frames_below_one_another_are_seen_one_by_one():
    def at_once(X, y, model, metric, num_samples):
        model.predict_proba(np.vstack([X.to_numpy(), X.to_numpy()[::-1]]))
        model.predict_proba(X[:2])
        return X

    said, arrays = tell(at_once, DATA, ARRAYS)
    assert said["at_once"] is True
    assert said["frames"] == [2]
    np.testing.assert_array_equal(arrays["seen"], [ARRAYS["X"], ARRAYS["X"][::-1]])


def test_writing_into_the_frame_is_seen_and_leaves_the_challenge_alone():
    before = ARRAYS["X"].copy()

    def writes(X, y, model, metric, num_samples):
        X.iloc[:, :] = 0.0
        X.to_numpy()[:] = 1.0
        return X

    said, _ = tell(writes, DATA, ARRAYS)
    assert said["untouched"] is False
    np.testing.assert_array_equal(ARRAYS["X"], before)


@pytest.mark.parametrize("returned", [None, {"a": 1}, np.zeros((1, 2))])
def test_what_is_no_frame_is_named(returned):
    said, arrays = tell(lambda *_: returned, DATA, ARRAYS)
    assert said["type"] == type(returned).__name__
    assert arrays == {}


def test_what_is_no_number_becomes_nan_and_a_huge_frame_is_cut():
    huge = pd.DataFrame([["text"] * 200] * 200)
    _, arrays = tell(lambda *_: huge, DATA, ARRAYS)
    assert arrays["values"].shape == (100, 100)
    assert np.isnan(arrays["values"]).all()
    assert arrays["seen"].shape == (0, 3, 2)
