"""Exercise 4's judge: exact importances, because model, metric and shuffling are stand-ins."""

import numpy as np
import pandas as pd
import pytest

from proctor.seeds import generator
from util.answering.record import Record
from util.hidden_tests import judged, permutation_importance
from util.hidden_tests import permutation_importance as judging
from util.hidden_tests.permutation_importance.mistakes import FAMILIES

CHECK = permutation_importance
SEEDS = range(20)

CODE = """
def permutation_importance(X, y, model, metric, num_samples=100):
    FIRST
    baseline = metric(y, model.predict_proba(X)[:, 1])
    row = {}
    for feature in X.columns:
        performances = np.zeros(num_samples)
        for i in range(SAMPLES):
            shuffled = PERMUTED
            performances[i] = MEASURED
        row[feature] = IMPORTANCE
    return RESULT
"""
RIGHT = {
    "FIRST": "pass",
    "SAMPLES": "num_samples",
    "PERMUTED": "permute_feature(X, feature)",
    "MEASURED": "metric(y, model.predict_proba(shuffled)[:, 1])",
    "IMPORTANCE": "abs(baseline - performances.mean())",
    "RESULT": "pd.DataFrame([row], index=['importance'])",
}
INLINE = "X.assign(**{feature: np.random.permutation(X[feature])})"


def write(namespace, **changed):
    """Define the function with some parts written in another way."""
    code = CODE
    for part, text in {**RIGHT, **changed}.items():
        assert part in code or part in RIGHT, part
        code = code.replace(part, text)
    exec(code, namespace)  # noqa: S102 - our own solutions
    return namespace


@pytest.fixture
def notebook(student):
    """Return the notebook's globals with a right exercise 3."""
    return student("ada", "UNQ_C3")


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_reference_solutions_pass(name, student, sit):
    namespace = student(name, "UNQ_C3", "UNQ_C4")
    verdicts = [sit("permutation_importance", namespace, seed).verdict for seed in SEEDS]
    assert [verdict.score for verdict in verdicts] == [1.0] * len(SEEDS), verdicts


RIGHT_TOO = {
    "terse": {},
    "shuffles by itself": {"PERMUTED": INLINE},
    "rounds to three decimals": {"IMPORTANCE": "round(abs(baseline - performances.mean()), 3)"},
    "asks without need": {"FIRST": "model.predict(X)"},
}


@pytest.mark.parametrize("way", RIGHT_TOO)
def test_other_right_ways_pass(way, notebook, sit):
    namespace = write(notebook, **RIGHT_TOO[way])
    for seed in range(5):
        assert sit("permutation_importance", namespace, seed).verdict.score == 1.0


BASELINE = "metric(y, model.predict_proba(X)[:, 1])"
PREDICTED = "metric(y, model.predict(shuffled))"
RISK = "model.predict_proba(shuffled)[:, 1]"
OF_ALL = "[[v / TOTAL for v in row.values()]], columns=X.columns, index=['importance'])"


def scaled_by(total):
    return {"RESULT": "pd.DataFrame(" + OF_ALL.replace("TOTAL", f"{total}(row.values())")}


def arranged(values):
    return {"RESULT": f"pd.DataFrame([{values}], columns=X.columns, index=['importance'])"}


COMBINED = {
    "signed": {"IMPORTANCE": "baseline - performances.mean()"},
    "signed_other_way": {"IMPORTANCE": "performances.mean() - baseline"},
    "clipped": {"IMPORTANCE": "max(baseline - performances.mean(), 0)"},
    "clipped_other_way": {"IMPORTANCE": "max(performances.mean() - baseline, 0)"},
    "root": {"IMPORTANCE": "abs(baseline - performances.mean()) ** 0.5"},
    "in_spreads": {"IMPORTANCE": "abs(baseline - performances.mean()) / performances.std()"},
    "divided_by_one_less": {"IMPORTANCE": "abs(baseline - performances.sum() / (num_samples - 1))"},
    "divided_by_one_more": {"IMPORTANCE": "abs(baseline - performances.sum() / (num_samples + 1))"},
    "mean_of_absolute": {"IMPORTANCE": "np.mean(abs(baseline - performances))"},
    "last_only": {"IMPORTANCE": "abs(baseline - performances[-1])"},
    "first_only": {"IMPORTANCE": "abs(baseline - performances[0])"},
    "summed": {"IMPORTANCE": "abs(baseline - performances.sum())"},
    "sum_of_differences": {"IMPORTANCE": "abs((baseline - performances).sum())"},
    "sum_of_absolute": {"IMPORTANCE": "abs(baseline - performances).sum()"},
    "median": {"IMPORTANCE": "abs(baseline - np.median(performances))"},
    "spread": {"IMPORTANCE": "performances.std()"},
    "largest": {"IMPORTANCE": "max(abs(baseline - performances))"},
    "smallest": {"IMPORTANCE": "min(abs(baseline - performances))"},
    "best": {"IMPORTANCE": "abs(baseline - max(performances))"},
    "worst": {"IMPORTANCE": "abs(baseline - min(performances))"},
    "performance": {"IMPORTANCE": "performances.mean()"},
    "total": {"IMPORTANCE": "performances.sum()"},
    "ratio": {"IMPORTANCE": "performances.mean() / baseline"},
    "ratio_of_baseline": {"IMPORTANCE": "baseline / performances.mean()"},
    "relative": {"IMPORTANCE": "abs(1 - performances.mean() / baseline)"},
    "percent": {"IMPORTANCE": "100 * abs(baseline - performances.mean())"},
    "scaled": {"IMPORTANCE": "10 * abs(baseline - performances.mean())"},
    "squared": {"IMPORTANCE": "(baseline - performances.mean()) ** 2"},
    "mean_square": {"IMPORTANCE": "((baseline - performances) ** 2).mean()"},
    "root_mean_square": {"IMPORTANCE": "((baseline - performances) ** 2).mean() ** 0.5"},
    "normalised": scaled_by("sum"),
    "normalised_largest": scaled_by("max"),
    "divided_twice": {"IMPORTANCE": "abs(baseline - performances.mean() / num_samples)"},
    "divided_by_rows": {"IMPORTANCE": "abs(baseline - performances.sum() / len(X))"},
    "divided_by_features": {"IMPORTANCE": "abs(baseline - performances.sum() / X.shape[1])"},
    "running_total": {
        "FIRST": "total = 0",
        "MEASURED": f"metric(y, {RISK}); total += performances[i]",
        "IMPORTANCE": "abs(baseline - total / num_samples)",
    },
    "growing_list": {
        "FIRST": "all_of_them = []",
        "MEASURED": f"metric(y, {RISK}); all_of_them.append(performances[i])",
        "IMPORTANCE": "abs(baseline - np.mean(all_of_them))",
    },
    "running_importance": {
        "IMPORTANCE": "sum(list(row.values())[-1:]) + abs(baseline - performances.mean())"
    },
    "same_for_all": arranged("[row[X.columns[-1]]] * X.shape[1]"),
    "misplaced": arranged("np.roll(list(row.values()), 2)"),
    "whole_numbers": {"IMPORTANCE": "abs(baseline - performances.astype(int).mean())"},
    "rounded": {"IMPORTANCE": "round(abs(baseline - performances.mean()), 2)"},
    "zeros": {"IMPORTANCE": "0.0"},
}
MEASURED = {
    "labels": {"MEASURED": PREDICTED},
    "labels_everywhere": {"MEASURED": PREDICTED, BASELINE: "metric(y, model.predict(X))"},
    "baseline_labels": {BASELINE: "metric(y, model.predict(X))"},
    "column_zero": {"MEASURED": "metric(y, model.predict_proba(shuffled)[:, 0])"},
    "column_zero_everywhere": {"[:, 1]": "[:, 0]"},
    "swapped": {"MEASURED": f"metric({RISK}, y)"},
    "swapped_everywhere": {
        "MEASURED": f"metric({RISK}, y)",
        BASELINE: "metric(model.predict_proba(X)[:, 1], y)",
    },
    "baseline_of_truth": {BASELINE: "metric(y, y)"},
    "baseline_overwritten": {"MEASURED": f"baseline = metric(y, {RISK})"},
    "predictions_as_truth": {"MEASURED": f"metric(model.predict_proba(X)[:, 1], {RISK})"},
    "change_of_predictions": {
        "MEASURED": f"abs(model.predict_proba(X)[:, 1] - {RISK}).mean()",
        "IMPORTANCE": "performances.mean()",
    },
    "predictions_averaged": {
        "performances = np.zeros(num_samples)": "risks = 0",
        f"performances[i] = metric(y, {RISK})": f"risks = risks + {RISK} / num_samples",
        "IMPORTANCE": "abs(baseline - metric(y, risks))",
    },
    "own_metric": {"FIRST": "from util import cindex as metric"},
    "own_metric_permuted": {
        "FIRST": "from util import cindex",
        "MEASURED": f"cindex(y, {RISK})",
    },
    "accuracy": {"FIRST": "metric = lambda y, risk: np.mean(y == (risk > 0.5))"},
}
WRONG = COMBINED | MEASURED


def test_all_mistakes_that_the_judge_knows_are_tried():
    assert {*judging.MISTAKES, *FAMILIES} == set(WRONG)


@pytest.mark.parametrize("mistake", WRONG)
@pytest.mark.parametrize("way", ["calls permute_feature", "shuffles by itself"])
def test_each_known_mistake_is_named(mistake, way, notebook, sit, leaks):
    permuted = "permute_feature(X, feature)" if way == "calls permute_feature" else INLINE
    namespace = write(notebook, **{"PERMUTED": permuted, **WRONG[mistake]})
    np.random.seed(1)
    for seed in range(2):
        sitting = sit("permutation_importance", namespace, seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (0.0, mistake)
        assert not leaks(sitting.verdict.message, sitting.challenge)


AT_ONCE = """
def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    row = {}
    for place, feature in enumerate(X.columns):
        data = ARRANGED
        for i in range(num_samples):
            rows = ROWS
            data[rows, place] = np.random.permutation(data[rows, place])
        risks = model.predict_proba(data)[:, 1]
        performances = [metric(y, risks[ROWS]) for i in range(num_samples)]
        row[feature] = IMPORTANCE
    return pd.DataFrame([row], index=["importance"])
"""
BELOW = {
    "ARRANGED": "np.tile(X.values, (num_samples, 1))",
    "ROWS": "slice(i * len(X), (i + 1) * len(X))",
    "IMPORTANCE": "abs(baseline - np.mean(performances))",
}
BETWEEN = {
    **BELOW,
    "ARRANGED": "np.repeat(X.values, num_samples, axis=0)",
    "ROWS": "slice(i, None, num_samples)",
}
SIGNED = {"IMPORTANCE": "baseline - np.mean(performances)"}
FEWER = {"IMPORTANCE": "0.0", "num_samples)": "2)"}


@pytest.mark.parametrize(
    ("way", "score", "name"),
    [
        (BELOW, 1.0, None),
        (BELOW | SIGNED, 0.0, "signed"),
        (BELOW | FEWER, 0.0, "not_one_by_one"),
        (BETWEEN, 1.0, None),
        (BETWEEN | SIGNED, 0.0, "signed"),
    ],
)
def test_all_samples_in_one_call_are_told_apart_below_or_beside_one_another(
    way, score, name, notebook, sit, leaks
):
    code = AT_ONCE
    for part, text in way.items():
        code = code.replace(part, text)
    exec(code, notebook)  # noqa: S102 - our own solutions
    for seed in range(5):
        sitting = sit("permutation_importance", notebook, seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (score, name)
        assert not leaks(sitting.verdict.message, sitting.challenge)


@pytest.mark.parametrize("third", [None, lambda df, feature: df, lambda *_: 1 / 0, "absent"])
def test_exercise_3_need_not_be_right(third, student, sit):
    namespace = student("ada", "UNQ_C4")
    if third != "absent":
        namespace["permute_feature"] = third
    before = dict(namespace)
    assert sit("permutation_importance", namespace).verdict.score == 1.0
    assert namespace == before


def test_expected_importances_are_those_of_a_plain_computation():
    """The judge's own numbers, worked out a second time with pandas and loops."""
    challenge = CHECK.pose(generator(9))
    arrays, names = challenge.arrays, challenge.data["features"]
    X = pd.DataFrame(arrays["X"], columns=names)

    def performance(frame):
        risk = 1 / (1 + np.exp(-(frame.to_numpy() @ arrays["coefficients"])))
        return (
            arrays["truth_weights"] @ arrays["y"]
            + arrays["prediction_weights"] @ risk
            + arrays["square_weights"] @ risk**2
        )

    importances = []
    for place, name in enumerate(names):
        shuffled = [
            performance(X.assign(**{name: X[name].to_numpy()[order]}))
            for order in arrays["orders"][place]
        ]
        importances.append(abs(performance(X) - sum(shuffled) / len(shuffled)))
    np.testing.assert_allclose(judging.expected(challenge), importances, atol=1e-12)


@pytest.fixture(scope="module")
def right(student, sit):
    """Return a sitting with full points, to spoil its answer."""
    return sit("permutation_importance", student("ada", "UNQ_C3", "UNQ_C4"))


VALUES = [
    np.array([]), np.array(1.0), np.full((1, 4), "a"), np.full((1, 40), 0.5),
    np.full((1, 4), np.nan), np.full((1, 5), np.inf), np.zeros((0, 4)), np.zeros((1, 4), "V8"),
]  # fmt: skip


@pytest.mark.parametrize("values", VALUES, ids=lambda one: f"{one.dtype}{one.shape}")
def test_malformed_values_are_worth_nothing(values, right):
    answer = Record(right.answer.data, {**right.answer.arrays, "values": values})
    assert judged(CHECK.judge, right.challenge, answer).score == 0.0


def test_one_empty_importance_is_worth_nothing(right):
    values = right.answer.arrays["values"].copy()
    values[0, 0] = np.nan
    answer = Record(right.answer.data, {**right.answer.arrays, "values": values})
    assert judged(CHECK.judge, right.challenge, answer).score == 0.0


@pytest.mark.parametrize("key", ["type", "columns", "index", "permuted", "untouched"])
@pytest.mark.parametrize("value", ["absent", None, "", "text", [None], {}])
def test_malformed_descriptions_are_worth_nothing(key, value, right):
    data = {**right.answer.data, key: value}
    if value == "absent":
        del data[key]
    assert judged(CHECK.judge, right.challenge, Record(data, right.answer.arrays)).score == 0.0


@pytest.mark.parametrize("key", ["at_once", "frames", "permuted", "fitted"])
@pytest.mark.parametrize(
    "value", ["absent", None, "", "text", [None], {}, [0] * 53, [-1], [1] * 9999]
)
def test_malformed_descriptions_of_own_frames_are_worth_nothing(key, value, notebook, sit):
    own = sit("permutation_importance", write(notebook, PERMUTED=INLINE))
    data = {**own.answer.data, key: value}
    if value == "absent":
        del data[key]
    # Whether there were other frames is asked only where something is wrong with those seen.
    score = 1.0 if key == "at_once" else 0.0
    answer = Record(data, own.answer.arrays)
    assert judged(CHECK.judge, own.challenge, answer).score == score


SEEN = [np.zeros((0, 3, 3)), np.zeros(5), np.full((2, 3), "a"), np.array(np.nan)]


@pytest.mark.parametrize("seen", SEEN, ids=lambda one: f"{one.dtype}{one.shape}")
def test_malformed_frames_are_worth_nothing(seen, notebook, sit):
    own = sit("permutation_importance", write(notebook, PERMUTED=INLINE))
    assert own.verdict.score == 1.0
    answer = Record(own.answer.data, {**own.answer.arrays, "seen": seen})
    assert judged(CHECK.judge, own.challenge, answer).score == 0.0


def test_an_empty_packet_is_worth_nothing():
    assert judged(CHECK.judge, CHECK.pose(generator(0)), Record()).score == 0.0
