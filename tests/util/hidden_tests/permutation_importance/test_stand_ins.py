"""The judge's own model and metric: those of the answer, and of scikit-learn where it has them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score

from util.answering.permutation_importance import Metric, Model, Permute
from util.hidden_tests.permutation_importance.posing import pose
from util.hidden_tests.permutation_importance.stand_ins import (
    Measurement,
    accuracy,
    concordance,
    measure,
    posed_frames,
    probabilities,
)


@pytest.fixture(scope="module")
def challenge():
    return pose(np.random.default_rng(5))


def test_model_and_metric_are_those_that_the_student_is_given(challenge):
    arrays = challenge.arrays
    model = Model(list(challenge.data["features"]), arrays["coefficients"])
    metric = Metric(arrays["truth_weights"], arrays["prediction_weights"], arrays["square_weights"])
    given = model.predict_proba(arrays["X"])[:, 1]
    np.testing.assert_allclose(probabilities(challenge, arrays["X"]), given, atol=1e-12)
    for truth, predictions in ((arrays["y"], given), (given, arrays["y"]), (given, 1 - given)):
        assert measure(challenge, truth, predictions) == pytest.approx(metric(truth, predictions))


def test_posed_frames_are_those_that_the_stand_in_for_permute_feature_gives(challenge):
    names = list(challenge.data["features"])
    permute = Permute(names, challenge.arrays["orders"])
    X = pd.DataFrame(challenge.arrays["X"], columns=names)
    frames = posed_frames(challenge)
    assert frames.shape == (len(names), challenge.data["num_samples"], *X.shape)
    for place, name in enumerate(names):
        for frame in frames[place]:
            np.testing.assert_array_equal(permute(X, name).to_numpy(), frame)


def test_class_0_throughout_gives_other_importances(challenge):
    """Of a metric that is linear in the predictions it would give the same ones."""
    measurement = Measurement(challenge, posed_frames(challenge))
    turned = measurement.measured(1 - measurement.before) - measurement.measured(
        1 - measurement.after
    ).mean(axis=1)
    assert np.abs(np.abs(turned) - measurement.right).max() > 0.02


def test_concordance_and_accuracy_are_scikit_learns():
    rng = np.random.default_rng(0)
    truth = np.arange(20) % 2.0
    predictions = np.round(rng.uniform(size=(3, 20)), 1)
    for given, ranked, hit in zip(
        predictions, concordance(truth, predictions), accuracy(truth, predictions), strict=True
    ):
        assert ranked == pytest.approx(roc_auc_score(truth, given))
        assert hit == pytest.approx(accuracy_score(truth, given > 0.5))
