"""What is said of a result that has another form than importances have."""

import pytest

from util.hidden_tests.permutation_importance.form import FORMS

CODE = """
def permutation_importance(X, y, model, metric, num_samples=100):
    FIRST
    baseline = metric(y, model.predict_proba(X)[:, 1])
    row = {}
    for feature in X.columns:
        performances = [
            metric(y, model.predict_proba(permute_feature(X, feature))[:, 1])
            for _ in range(num_samples)
        ]
        row[feature] = abs(baseline - np.mean(performances))
    frame = pd.DataFrame([row], index=["importance"])
    RESULT
"""
WRONG = {
    "nothing_returned": [("pass", "print(frame.shape)")],
    "type": [("pass", "return row"), ("pass", "return frame.iloc[0]")],
    "orientation": [("pass", "return frame.T")],
    "row_per_sample": [("pass", "return pd.concat([frame] * num_samples)")],
    "row_per_feature": [("pass", "return pd.concat([frame] * len(row))")],
    "shape": [("pass", "return pd.concat([frame, frame])"), ("pass", "return frame.iloc[:, 1:]")],
    "column_order": [("pass", "return frame[frame.columns[::-1]]")],
    "column_names": [("pass", "return frame.set_axis(range(len(row)), axis=1)")],
    "index_name": [("pass", "return frame.reset_index(drop=True)")],
    "unfilled": [("pass", "return pd.DataFrame(index=['importance'], columns=X.columns)")],
    "partly_filled": [("pass", "frame.iloc[0, -1] = None; return frame")],
    "in_place": [("X.iloc[:, :] = 0.0", "return frame"), ("X.iloc[0, 0] += 1", "return frame")],
    "refitted": [("model.fit(X, y)", "return frame"),
                 ("import copy; model = copy.deepcopy(model).fit(X, y)", "return frame"),
                 ("from sklearn.base import clone; model = clone(model).fit(X, y)",
                  "return frame")],
}  # fmt: skip
CASES = [(mistake, *parts) for mistake, some in WRONG.items() for parts in some]


def test_all_that_can_be_wrong_with_the_form_is_tried():
    assert set(FORMS) <= set(WRONG)


@pytest.mark.parametrize(("mistake", "first", "result"), CASES)
def test_what_is_wrong_with_the_form_is_named(mistake, first, result, student, sit, leaks):
    namespace = student("ada", "UNQ_C3")
    exec(CODE.replace("FIRST", first).replace("RESULT", result), namespace)  # noqa: S102
    for seed in range(3):
        sitting = sit("permutation_importance", namespace, seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (0.0, mistake)
        assert not leaks(sitting.verdict.message, sitting.challenge)


@pytest.mark.parametrize("copied", ["copy.deepcopy(model)", "copy.copy(model)"])
def test_a_copy_of_the_model_shows_what_it_was_shown(copied, student, sit):
    namespace = student("ada", "UNQ_C3")
    code = CODE.replace("FIRST", f"import copy; model = {copied}").replace("RESULT", "return frame")
    exec(code, namespace)  # noqa: S102 - our own solution
    assert sit("permutation_importance", namespace).verdict.score == 1.0
