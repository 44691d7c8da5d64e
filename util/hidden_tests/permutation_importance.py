"""Exercise 4: importances that are known exactly, because every part of them is a stand-in.

The importance of a feature is the absolute difference between the performance and the mean
performance over permutations of that feature (Breiman, "Random Forests", 2001; the lesson's
formulas 1 and 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.contract import Verdict
from proctor.packet import Packet

Array = npt.NDArray[Any]

TOLERANCE = 1e-3
"""Absolute; importances rounded to three decimals pass, every known mistake does not."""

_MARGIN = 0.02
_TRIED = 200
"""Permutations of a feature that are tried to see whether any permutation will do."""
_WORDS = ("Age", "Dose", "Body mass", "Iron", "Pulse", "Site", "Sodium", "Visits", "Weight")

MISTAKES: Mapping[str, str] = {
    "signed": "Importances keep their sign; the formula takes the absolute difference.",
    "mean_of_absolute": "The absolute differences are averaged; the formula averages the "
    "performances first and then takes one absolute difference.",
    "last_only": "Only the last permutation counts; the formula averages over all samples.",
    "first_only": "Only one permutation counts; the formula averages over num_samples of them.",
    "summed": "The performances are summed; the formula takes their mean.",
    "largest": "The largest difference counts; the formula averages over the samples.",
    "performance": "The mean performance itself is returned, without the baseline.",
    "labels": "The metric is given predicted labels; it needs the probabilities of class 1, as in "
    "the baseline.",
    "column_zero": "The metric is given the probabilities of class 0; the baseline uses class 1.",
    "swapped": "The metric is given predictions first; it takes the truth first.",
    "zeros": "All importances are zero.",
}

_CALL_ONE_BY_ONE = Verdict(
    0.0,
    "permute_feature was not called, and what predict_proba was given does not show that each "
    "feature was permuted num_samples times: call predict_proba on one permuted frame at a time.",
    "not_one_by_one",
)


def pose(rng: np.random.Generator) -> Packet:
    """Draw data, coefficients, a metric and orders that tell all known mistakes apart."""
    while True:
        challenge = _draw(rng)
        right = expected(challenge)
        gaps = [np.abs(right - wrong).max() for wrong in mistaken(challenge).values()]
        if min(gaps) > _MARGIN and _any_permutation_will_do(challenge, rng):
            return challenge


def judge(challenge: Packet, answer: Packet) -> Verdict:
    """Pass when the importances are exact for the permutations that were used."""
    problem = _form_problem(challenge, answer)
    if problem is not None:
        return problem
    values = answer.arrays["values"][0]
    permuted = [int(count) for count in answer.data["permuted"]]
    if len(permuted) != values.size:
        raise ValueError("There is one count per feature.")
    if sum(permuted) == 0:
        return _judge_own_permutations(challenge, answer, values)
    if np.allclose(values, expected(challenge), rtol=0, atol=TOLERANCE):
        return Verdict(1.0, "All importances are right.")
    samples = int(challenge.data["num_samples"])
    for name, wrong in mistaken(challenge).items():
        if np.allclose(values, wrong, rtol=0, atol=TOLERANCE):
            return Verdict(0.0, MISTAKES[name], name)
    if any(count != samples for count in permuted):
        text = "permute_feature is to be called num_samples times for each feature."
        return Verdict(0.0, text, "num_samples")
    return Verdict(0.0, "The importances are not those that the two formulas give.")


def _form_problem(challenge: Packet, answer: Packet) -> Verdict | None:
    names = list(challenge.data["features"])
    if answer.data["type"] != "DataFrame":
        return Verdict(
            0.0, f"A {str(answer.data['type'])[:60]} came back, not a DataFrame.", "type"
        )
    values = answer.arrays["values"]
    if values.shape == (len(names), 1):
        text = "The result lies on its side; its shape is (1, number of features)."
        return Verdict(0.0, text, "orientation")
    if values.shape != (1, len(names)):
        text = "The result's shape is not (1, number of features)."
        return Verdict(0.0, text, "shape")
    if list(answer.data["columns"]) != names or list(answer.data["index"]) != ["importance"]:
        text = "The result needs the features as columns and 'importance' as its index."
        return Verdict(0.0, text, "names")
    if np.isnan(values).all():
        return Verdict(0.0, "The result was never filled with numbers.", "unfilled")
    if answer.data["untouched"] is not True:
        return Verdict(0.0, "The data frame that was passed in was changed.", "in_place")
    return None


def expected(challenge: Packet) -> Array:
    """The importances, shape (features,)."""
    baseline, shuffled = _performances(challenge, _probabilities)
    return np.asarray(np.abs(baseline - shuffled.mean(axis=1)))


def mistaken(challenge: Packet) -> dict[str, Array]:
    """What each known mistake would give."""
    baseline, shuffled = _performances(challenge, _probabilities)
    mean = shuffled.mean(axis=1)
    wrong = {
        "signed": baseline - mean,
        "mean_of_absolute": np.abs(baseline - shuffled).mean(axis=1),
        "last_only": np.abs(baseline - shuffled[:, -1]),
        "first_only": np.abs(baseline - shuffled[:, 0]),
        "summed": np.abs(baseline - shuffled.sum(axis=1)),
        "largest": np.abs(baseline - shuffled).max(axis=1),
        "performance": mean,
        "zeros": np.zeros_like(mean),
    }
    for name, view in (("labels", _labels), ("column_zero", _column_zero)):
        _, others = _performances(challenge, view)
        wrong[name] = np.abs(baseline - others.mean(axis=1))
    _, others = _performances(challenge, _probabilities, swap=True)
    wrong["swapped"] = np.abs(baseline - others.mean(axis=1))
    return {name: wrong[name] for name in MISTAKES}


def _judge_own_permutations(challenge: Packet, answer: Packet, values: Array) -> Verdict:
    """Judge a solution that permutes by itself: exactly, from the frames that the model saw."""
    problem, performances = _own_performances(challenge, answer.arrays["seen"])
    if problem is not None:
        # Frames in another arrangement than one below the other can't be told apart, so that
        # nothing true can be said of what is wrong with them.
        return _CALL_ONE_BY_ONE if answer.data["at_once"] is not False else problem
    baseline = _measure(challenge, _probabilities(challenge, challenge.arrays["X"]))
    right = [abs(baseline - float(np.mean(measured))) for measured in performances]
    if np.allclose(values, right, rtol=0, atol=TOLERANCE):
        return Verdict(1.0, "All importances are right.")
    return Verdict(0.0, "The importances are not those that the two formulas give.")


def _own_performances(challenge: Packet, seen: Array) -> tuple[Verdict | None, list[list[float]]]:
    """The performances on permuted frames by feature, or what is wrong with the frames."""
    X, samples = challenge.arrays["X"], int(challenge.data["num_samples"])
    performances: list[list[float]] = [[] for _ in range(X.shape[1])]
    for frame in seen:
        changed = [
            place for place in range(X.shape[1]) if not np.array_equal(frame[:, place], X[:, place])
        ]
        if not changed:
            continue
        if len(changed) > 1:
            text = "More than one feature was permuted at the same time."
            return Verdict(0.0, text, "several_features"), []
        if not np.array_equal(np.sort(frame[:, changed[0]]), np.sort(X[:, changed[0]])):
            text = "A feature's values were not permuted but replaced by others."
            return Verdict(0.0, text, "resampled"), []
        performances[changed[0]].append(_measure(challenge, _probabilities(challenge, frame)))
    if any(len(measured) != samples for measured in performances):
        text = "Each feature is to be permuted num_samples times."
        return Verdict(0.0, text, "num_samples"), []
    return None, performances


def _probabilities(challenge: Packet, frame: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-frame @ challenge.arrays["coefficients"])))


def _labels(challenge: Packet, frame: Array) -> Array:
    return np.asarray(_probabilities(challenge, frame) > 0.5, dtype=np.float64)


def _column_zero(challenge: Packet, frame: Array) -> Array:
    return np.asarray(1 - _probabilities(challenge, frame))


def _measure(challenge: Packet, predictions: Array, *, swap: bool = False) -> float:
    first, second = challenge.arrays["y"], predictions
    if swap:
        first, second = second, first
    return float(
        challenge.arrays["truth_weights"] @ first + challenge.arrays["prediction_weights"] @ second
    )


def _performances(challenge: Packet, view: Any, *, swap: bool = False) -> tuple[float, Array]:
    X, orders = challenge.arrays["X"], challenge.arrays["orders"]
    shuffled = np.zeros(orders.shape[:2])
    for place, sample in np.ndindex(*orders.shape[:2]):
        frame = X.copy()
        frame[:, place] = X[orders[place, sample], place]
        shuffled[place, sample] = _measure(challenge, view(challenge, frame), swap=swap)
    return _measure(challenge, _probabilities(challenge, X)), shuffled


def _any_permutation_will_do(challenge: Packet, rng: np.random.Generator) -> bool:
    """Whether mistakes show in every solution that permutes by itself, with whatever orders.

    There has to be a feature without which the model always does better, or a sign that was kept
    would not be seen; and two features without which it does better as often as worse, or the
    mean of absolute differences would be their difference of means.
    """
    X = challenge.arrays["X"]
    baseline = _measure(challenge, _probabilities(challenge, X))
    truth = _measure(challenge, np.zeros(len(X)))
    harmful, balanced = 0, 0
    for place in range(X.shape[1]):
        frames = np.repeat(X[np.newaxis], _TRIED, axis=0)
        frames[:, :, place] = rng.permuted(frames[:, :, place], axis=1)
        measured = (
            truth + _probabilities(challenge, frames) @ challenge.arrays["prediction_weights"]
        )
        harmful += bool(measured.min() > baseline + _MARGIN)
        balanced += bool(0.35 < (measured > baseline).mean() < 0.65)
    return harmful >= 1 and balanced >= 2


def _draw(rng: np.random.Generator) -> Packet:
    rows, features, samples = (
        int(rng.integers(12, 18)),
        int(rng.integers(4, 6)),
        int(rng.integers(8, 11)),
    )
    X = np.round(rng.normal(size=(rows, features)), 4)
    coefficients = rng.normal(scale=1.5, size=features)
    weights = rng.normal(size=rows) / rows * 4
    # Against one feature: where it raises the prediction, the metric falls.
    harmful = int(rng.integers(features))
    weights -= np.sign(coefficients[harmful]) * X[:, harmful] / rows * 12
    names = [str(name) for name in rng.choice(_WORDS, size=features, replace=False)]
    orders = np.array(
        [[rng.permutation(rows) for _ in range(samples)] for _ in range(features)], dtype=np.int64
    )
    return Packet(
        {"features": names, "num_samples": samples},
        {
            "X": X,
            "y": rng.permutation(np.arange(rows) % 2).astype(np.float64),
            "coefficients": coefficients,
            "truth_weights": rng.normal(size=rows) / rows * 4,
            "prediction_weights": weights,
            "orders": orders,
        },
    )
