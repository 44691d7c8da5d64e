"""Mistakes in what is measured: wrong predictions, truth or metric."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from util.hidden_tests.permutation_importance.stand_ins import (
    Measurement,
    accuracy,
    concordance,
    measure,
)

Array = npt.NDArray[Any]

MEASURING: dict[str, str] = {
    "labels": "The metric is given predicted labels; it needs the probabilities of class 1, as in "
    "the baseline.",
    "labels_everywhere": "The metric is given predicted labels, in the baseline too; it needs "
    "the probabilities of class 1.",
    "baseline_labels": "The baseline is measured on predicted labels; it needs the probabilities "
    "of class 1, as the permuted data do.",
    "column_zero": "The metric is given the probabilities of class 0; the baseline uses class 1.",
    "column_zero_everywhere": "The metric is given the probabilities of class 0, in the baseline "
    "too; it is to judge those of class 1.",
    "swapped": "The metric is given predictions first; it takes the truth first.",
    "swapped_everywhere": "The metric is given predictions first, in the baseline too; it takes "
    "the truth first.",
    "baseline_of_truth": "The baseline is the performance of the truth against itself, as of a "
    "model without errors; it is to be this model's, on the data as they are.",
    "baseline_overwritten": "The baseline is that of the last permuted frame: look at whether a "
    "performance of a permuted frame is stored under its name. It belongs to the data as they are.",
    "predictions_as_truth": "The predictions on permuted data are measured against those on the "
    "data as they are; a performance compares predictions with the truth.",
    "change_of_predictions": "The importances tell how far the predictions move; they are to tell "
    "how far the performance moves, as the metric measures it.",
    "predictions_averaged": "The predictions are averaged over the samples, and measured once; the "
    "formula measures each sample, and averages the performances.",
    "own_metric": "The importances are differences of a c-index (the area under the ROC curve). "
    "The function is to measure with the metric that it is given, whatever that is.",
    "own_metric_permuted": "The permuted data are measured by a c-index (the area under the ROC "
    "curve), and the baseline by the metric that was passed in, which is to measure both.",
    "accuracy": "The importances are differences of accuracies. The function is to measure with "
    "the metric that it is given, whatever that is.",
}
"""Messages to a student, by mistake."""


def measured(measurement: Measurement) -> dict[str, Array]:
    """Compute the importances that each of these mistakes yields, shape (features,) each."""
    return _of_predictions(measurement) | _of_arguments(measurement) | _of_metrics(measurement)


def _apart(baseline: Array | float, performances: Array) -> Array:
    return np.asarray(np.abs(baseline - performances.mean(axis=1)))


def _of_predictions(measurement: Measurement) -> dict[str, Array]:
    """Mistakes that use other predictions than the probabilities of class 1."""
    before, after, score = measurement.before, measurement.after, measurement.measured
    labels, labels_before = score(np.where(after > 0.5, 1.0, 0.0)), score((before > 0.5) * 1.0)
    zeros, zeros_before = score(1 - after), score(1 - before)
    return {
        "labels": _apart(measurement.baseline, labels),
        "labels_everywhere": _apart(labels_before, labels),
        "baseline_labels": _apart(labels_before, measurement.performances),
        "column_zero": _apart(measurement.baseline, zeros),
        "column_zero_everywhere": _apart(zeros_before, zeros),
        "change_of_predictions": np.abs(before - after).mean(axis=(1, 2)),
        "predictions_averaged": np.abs(measurement.baseline - score(after.mean(axis=1))),
    }


def _of_arguments(measurement: Measurement) -> dict[str, Array]:
    """Mistakes that confuse the arguments of the metric or of the baseline."""
    challenge, y, before = measurement.challenge, measurement.y, measurement.before
    swapped = measure(challenge, measurement.after, y)
    against = measure(challenge, before, measurement.after)
    performances = measurement.performances
    return {
        "swapped": _apart(measurement.baseline, swapped),
        "swapped_everywhere": _apart(measure(challenge, before, y), swapped),
        "baseline_of_truth": _apart(measurement.measured(y), performances),
        "baseline_overwritten": np.abs(performances[:, -1] - performances.mean(axis=1)),
        "predictions_as_truth": _apart(measurement.baseline, against),
    }


def _of_metrics(measurement: Measurement) -> dict[str, Array]:
    """Mistakes that use another metric than the one passed in."""
    y, before, after = measurement.y, measurement.before, measurement.after
    ranked = concordance(y, after)
    return {
        "own_metric": _apart(concordance(y, before), ranked),
        "own_metric_permuted": _apart(measurement.baseline, ranked),
        "accuracy": _apart(accuracy(y, before), accuracy(y, after)),
    }
