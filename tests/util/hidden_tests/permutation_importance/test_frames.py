"""What can be said of the frames that the model was shown, whoever permuted them."""

import numpy as np
import pytest

from util.hidden_tests.permutation_importance.frames import FRAMES

CODE = """
def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    row = {}
    FIRST
    for place, feature in enumerate(X.columns):
        performances = []
        BEFORE
        for i in range(num_samples):
            frame = X.copy()
            PERMUTE
            performances.append(metric(y, model.predict_proba(frame)[:, 1]))
        row[feature] = abs(baseline - np.mean(performances))
    return pd.DataFrame([row], index=["importance"])
"""
FAIR = "frame[feature] = np.random.permutation(X[feature])"
ALWAYS_TWO = (
    "for name in (feature, X.columns[place - 1]): frame[name] = np.random.permutation(X[name])"
)
ALL = "for name in X.columns: frame[name] = np.random.permutation(X[name])"
TWO = "frame[feature] = X[feature].to_numpy()[np.r_[i + 1, 1 : i + 1, 0, i + 2 : len(X)]]"
WRONG = {
    "never_permuted": {FAIR: "pass"},
    "permuted_unused": {FAIR: "permute_feature(X, feature)"},
    "accumulated": {"frame = X.copy()": "pass", "FIRST": "frame = X.copy()"},
    "whole_rows": {FAIR: "frame = X.iloc[np.random.permutation(len(X))]"},
    "all_at_once": {FAIR: ALL},
    "several_features": {FAIR: ALWAYS_TWO},
    "lost": {FAIR: "frame[feature] = X[feature].set_axis(range(100, 100 + len(X)))"},
    "constant": {FAIR: "frame[feature] = 0.0"},
    "resampled": {FAIR: "frame[feature] = np.random.choice(X[feature], len(X))"},
    "replaced": {FAIR: "frame[feature] = np.random.normal(size=len(X))"},
    "same_feature": {FAIR: "frame['Q'] = 0; frame = frame[X.columns]; name = X.columns[0]; "
                     "frame[name] = np.random.permutation(X[name])"},
    "features_left_out": {"row[feature] =": "row[feature] = 0.0 if place == 0 else",
                          FAIR: f"if place: {FAIR}"},
    "permuted_once": {"frame = X.copy()": "pass", FAIR: "pass",
                      "BEFORE": f"frame = X.copy(); {FAIR}"},
    "measured_once": {"            performances.append": "        performances.append",
                      FAIR: "frame = permute_feature(X, feature)"},
    "one_too_few": {"range(num_samples)": "range(1, num_samples)"},
    "one_too_many": {"range(num_samples)": "range(num_samples + 1)"},
    "num_samples": {"range(num_samples)": "range(100)"},
    "repeated": {FAIR: f"np.random.seed(i % 3); {FAIR}"},
    "rotated": {FAIR: "frame[feature] = np.roll(X[feature], i + 1)"},
    "few_moved": {FAIR: TWO},
    "model_unused": {"metric(y, model.predict_proba(X)[:, 1])": "1.0",
                     "metric(y, model.predict_proba(frame)[:, 1])": "0.5"},
    "not_one_by_one": {"metric(y, model.predict_proba(frame)[:, 1])":
                       "model.predict_proba(frame[:5])[:, 1].mean()"},
}  # fmt: skip
RIGHT = {
    "fair": {},
    "float32": {FAIR: f"{FAIR}; frame = frame.astype('float32')"},
    "columns in another order": {FAIR: f"{FAIR}; frame = frame[X.columns[::-1]]"},
    "asked twice": {FAIR: f"{FAIR}; model.predict(frame)"},
    "again and again": {"frame = X.copy()": "pass", "BEFORE": "frame = X.copy()",
                        FAIR: "frame[feature] = np.random.permutation(frame[feature])"},
}  # fmt: skip


@pytest.fixture
def write(student):
    """Return a function that defines the solution with some pieces written in another way."""

    def written(changed):
        code = CODE.replace("PERMUTE", FAIR)
        for piece, text in changed.items():
            assert piece in code
            code = code.replace(piece, text)
        namespace = student("ada", "UNQ_C3")
        exec(code.replace("FIRST", "pass").replace("BEFORE", "pass"), namespace)  # noqa: S102
        return namespace

    return written


def test_all_that_can_be_wrong_with_frames_is_tried():
    assert set(WRONG) == set(FRAMES)


@pytest.mark.parametrize("mistake", WRONG)
def test_what_is_wrong_with_the_frames_is_named(mistake, write, sit, leaks):
    namespace = write(WRONG[mistake])
    for seed in range(3):
        sitting = sit("permutation_importance", namespace, seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (0.0, mistake)
        assert not leaks(sitting.verdict.message, sitting.challenge)


@pytest.mark.parametrize("way", RIGHT)
def test_fair_frames_pass(way, write, sit):
    namespace = write(RIGHT[way])
    np.random.seed(2)
    for seed in range(5):
        assert sit("permutation_importance", namespace, seed).verdict.score == 1.0
