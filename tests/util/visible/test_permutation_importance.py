"""Exercise 4: what its visible test prints and says."""

import numpy as np
import pandas as pd
import pytest

from util import cindex
from util.public_tests import ExerciseError, permutation_importance_test


def test_it_prints_the_lessons_lines(cells, run, capsys):
    cell = cells["permutation_importance"]
    permutation_importance_test(run(cell, cell.solved), cindex)
    printed = capsys.readouterr().out
    assert printed.startswith("Test Case\n\nYou check your answers on a Logistic Regression")
    assert "Computed Importances:" in printed
    assert printed.count(" All tests passed.") == 2


def frame(values, **form):
    return pd.DataFrame([values], columns=["important", "unimportant"], index=["importance"])


SAYS = [
    (lambda *_, **__: None, r"Return a DataFrame of shape \(1, 2\): a NoneType"),
    (lambda *_, **__: frame([0.5, 0.0]).T, r"a column per feature: the result has shape \(2, 1\)"),
    (lambda *_, **__: pd.DataFrame([[0.5, 0.0]]), "a column per feature"),
    (
        lambda *_, **__: frame([0.5, 0.0]).rename({"importance": 0}),
        "the name of the row.*called '0'",
    ),
    (lambda *_, **__: frame([None, None]), "that of important and unimportant is empty"),
    (lambda *_, **__: frame([0.5, None]), "that of unimportant is empty; expected a number"),
    (lambda *_, **__: frame([np.zeros(3), 0.0]), "Store one number per feature"),
    (lambda *_, **__: frame([-0.5, 0.0]), "are -0.500 and 0.000; expected about 0.5 and 0"),
    (lambda *_, **__: frame([0.5, 0.2]), "expected about 0.5 and 0"),
    (lambda *_, **__: [feature for feature in None], "Replace each None"),
]


@pytest.mark.parametrize(("function", "says"), SAYS)
def test_it_says_what_is_wrong(function, says):
    with pytest.raises(ExerciseError, match=says):
        permutation_importance_test(function, cindex)


IMPORTANCE = """
def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=["importance"], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        values = np.zeros(num_samples)
        for i in range(num_samples):
            shuffled = permute_feature(X, feature)
            values[i] = MEASURED
        importances.loc["importance", feature] = RESULT
    return importances
"""
MEASURED, RESULT = "metric(y, model.predict_proba(shuffled)[:, 1])", "abs(baseline - values.mean())"
MISTAKES = {
    "Take the absolute value:": (MEASURED, "baseline - values.mean()"),
    "Take the mean of the performances first": (MEASURED, "abs(baseline - values).mean()"),
    "Use predict_proba": ("metric(y, model.predict(shuffled))", RESULT),
    "Take the difference from the baseline, not the ratio": (MEASURED, "baseline / values.mean()"),
    "Take the difference alone": (MEASURED, f"{RESULT} / baseline"),
    "Take the absolute value, not the square": (MEASURED, "(baseline - values.mean()) ** 2"),
    "Take the difference from the baseline: a perf": (MEASURED, "values.mean()"),
    "Take the mean of the performances, not their sum": (MEASURED, "abs(baseline - values.sum())"),
    "Take the mean .* not their median": (MEASURED, "abs(baseline - np.median(values))"),
    "Average over num_samples": (MEASURED, "abs(baseline - values.sum() / 100)"),
    "Average over all samples": (MEASURED, "abs(baseline - values[-1])"),
    "Measure the permuted data:": ("metric(y, model.predict_proba(X)[:, 1])", RESULT),
    "Use the same column": ("metric(y, model.predict_proba(shuffled)[:, 0])", RESULT),
    "Give the metric truth first": ("metric(model.predict_proba(shuffled)[:, 1], y)", RESULT),
    "Use the argument metric": ("cindex(y, model.predict_proba(shuffled)[:, 1])", RESULT),
    "Measure the permuted data as": ("metric(y, model.predict_proba(shuffled))", RESULT),
    "Look at the two formulas again": (MEASURED, "abs(baseline - values.max())"),
}


def importance(measured, result, old="", new="", **more):
    namespace = {"np": np, "pd": pd, "cindex": cindex, **more}
    assert old in IMPORTANCE
    code = IMPORTANCE.replace(old, new) if old else IMPORTANCE
    exec(code.replace("MEASURED", measured).replace("RESULT", result), namespace)  # noqa: S102
    return namespace["permutation_importance"]


@pytest.mark.parametrize("says", MISTAKES)
def test_it_knows_the_usual_mistakes(says, capsys):
    with pytest.raises(ExerciseError, match=f"^{says}") as caught:
        permutation_importance_test(importance(*MISTAKES[says]), cindex)
    assert caught.value.__suppress_context__
    assert "All tests passed" not in capsys.readouterr().out


CHANGED = {
    "Permute X anew for each sample": (
        "shuffled = permute_feature",
        "shuffled = X = permute_feature",
    ),
    "Give permute_feature the data first": ("(X, feature)\n", "(feature, X)\n"),
    "Loop num_samples times": ("for i in range(num_samples)", "for i in range(10)"),
    "Loop over the numbers up to it": ("for i in range(num_samples)", "for i in num_samples"),
    "Does permutation_importance use its own": ("in importances.columns", "in range(2)"),
    "Return one row": ('.loc["importance", feature]', '.loc[feature, "importance"]'),
}


@pytest.mark.parametrize("says", CHANGED)
def test_it_knows_the_usual_mistakes_elsewhere(says):
    with pytest.raises(ExerciseError, match=f"^{says}"):
        permutation_importance_test(importance(MEASURED, RESULT, *CHANGED[says]), cindex)


@pytest.mark.parametrize("third", [None, lambda df, feature: df, lambda *_: 1 / 0])
def test_it_passes_without_a_right_exercise_3(third):
    function = importance(MEASURED, RESULT, permute_feature=third)
    permutation_importance_test(function, cindex)
    assert function.__globals__["permute_feature"] is third


def by_itself(measured, result):
    """Return one that shuffles by itself."""
    return importance(
        measured, result, "permute_feature(X, feature)", "shuffle_one(X, feature)",
        shuffle_one=lambda X, f: X.assign(**{f: np.random.permutation(X[f])}),
    )  # fmt: skip


def test_it_passes_for_one_that_shuffles_by_itself():
    permutation_importance_test(by_itself(MEASURED, RESULT), cindex)


def test_one_that_shuffles_by_itself_must_take_the_absolute_value_too():
    with pytest.raises(ExerciseError, match=r"^Take the absolute value: .* -0\.[45]"):
        permutation_importance_test(by_itself(MEASURED, "baseline - values.mean()"), cindex)
