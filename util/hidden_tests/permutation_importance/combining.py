"""Mistakes in combining the performances: wrong mean, sign, scale or position."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from util.hidden_tests.permutation_importance.stand_ins import Measurement

Array = npt.NDArray[Any]

COMBINING: dict[str, str] = {
    "signed": "Some importances are negative, and right but for their sign. An importance tells "
    "how far the performance moves, whichever way: the formula takes the absolute difference.",
    "signed_other_way": "The importances are differences the other way round, with their sign. An "
    "importance tells how far the performance moves, whichever way: the formula takes the "
    "absolute difference.",
    "clipped": "Where the performance rises, the importance is 0. An importance tells how far the "
    "performance moves, whichever way: the formula takes the absolute difference.",
    "clipped_other_way": "Where the performance falls, the importance is 0. An importance tells "
    "how far the performance moves, whichever way: the formula takes the absolute difference.",
    "mean_of_absolute": "The absolute differences are averaged; the formula averages the "
    "performances first and then takes one absolute difference. Where performances lie on both "
    "sides of the baseline, the two are not the same.",
    "last_only": "Only the last permutation counts; the formula averages over all samples. Look at "
    "what becomes of the performance of one sample when the next is measured.",
    "first_only": "Only the first permutation counts; the formula averages over num_samples of "
    "them. Look at where the loop over samples ends.",
    "summed": "The performances are summed; the formula takes their mean.",
    "sum_of_differences": "The differences are summed over the samples; the formula has the mean "
    "performance, so that the number of samples does not matter.",
    "sum_of_absolute": "The absolute differences are summed; the formula takes the mean of the "
    "performances first, and then one absolute difference.",
    "median": "The median of the performances counts; the formula takes their mean.",
    "spread": "The standard deviation of the performances came back. It tells how much they vary "
    "among themselves; an importance tells how far their mean is from the baseline.",
    "largest": "The largest difference counts; the formula averages over the samples.",
    "smallest": "The smallest difference counts; the formula averages over the samples.",
    "best": "The highest of the performances counts; the formula averages over the samples.",
    "worst": "The lowest of the performances counts; the formula averages over the samples.",
    "performance": "The mean performance itself is returned, without the baseline. An importance "
    "is a difference of two performances.",
    "total": "The sum of the performances is returned, without mean and without the baseline.",
    "ratio": "The importances are ratios of the mean performance to the baseline; the formula "
    "takes a difference.",
    "ratio_of_baseline": "The importances are ratios of the baseline to the mean performance; the "
    "formula takes a difference.",
    "relative": "The differences are divided by the baseline; the formula has the difference "
    "alone.",
    "percent": "The importances are given in percent; the formula's differences are expected as "
    "they are.",
    "squared": "The differences are squared; the formula takes their absolute value.",
    "root": "The root of the difference came back; the formula's differences are expected as they "
    "are.",
    "in_spreads": "The differences are divided by the standard deviation of the performances; the "
    "formula has the difference alone.",
    "mean_square": "Squared differences are averaged; the formula averages the performances and "
    "takes one absolute difference.",
    "root_mean_square": "The root of the mean squared difference came back; the formula averages "
    "the performances and takes one absolute difference.",
    "normalised": "The importances are scaled to add up to one; the formula's differences are "
    "expected as they are.",
    "normalised_largest": "The importances are scaled so that the largest is one; the formula's "
    "differences are expected as they are.",
    "divided_twice": "The mean performance is divided by the number of samples once more.",
    "divided_by_one_less": "The sum of the performances is divided by one less than the number of "
    "samples; a mean is divided by their number.",
    "divided_by_one_more": "The sum of the performances is divided by one more than the number of "
    "samples; a mean is divided by their number.",
    "divided_by_rows": "The sum of the performances is divided by the number of rows; a mean over "
    "samples is divided by the number of samples.",
    "divided_by_features": "The sum of the performances is divided by the number of features; a "
    "mean over samples is divided by the number of samples.",
    "running_total": "The sum goes on from feature to feature: the first importance is right, and "
    "later ones hold the performances of the features before. Every feature starts anew.",
    "growing_list": "The performances are collected across features: the first importance is "
    "right, and later ones average over the features before as well. Every feature starts anew.",
    "running_importance": "Each importance holds those of the features before it as well. Every "
    "feature starts anew.",
    "same_for_all": "All features have the last one's importance: each writes over all columns. "
    "Every importance belongs to its own column.",
    "whole_numbers": "The performances were cut to whole numbers before they were averaged: look "
    "at the dtype of the array that they are stored in.",
    "rounded": "The importances are rounded to two decimals; three are accepted, and "
    "unrounded ones are best.",
    "zeros": "All importances are zero.",
}  # fmt: skip
"""Messages to a student, by mistake."""


def combined(measurement: Measurement) -> dict[str, Array]:
    """Compute the importances that each of these mistakes yields, shape (features,) each."""
    return _of_samples(measurement) | _of_means(measurement) | _of_importances(measurement)


def _of_samples(measurement: Measurement) -> dict[str, Array]:
    """Mistakes in combining the samples of a feature."""
    baseline, performances = measurement.baseline, measurement.performances
    differences = baseline - performances
    samples, totals = performances.shape[1], performances.sum(axis=1)
    rows, features = measurement.challenge.arrays["X"].shape
    running = np.cumsum(totals)
    return {
        "mean_of_absolute": np.abs(differences).mean(axis=1),
        "last_only": np.abs(differences[:, -1]),
        "first_only": np.abs(differences[:, 0]),
        "summed": np.abs(baseline - totals),
        "sum_of_differences": np.abs(differences.sum(axis=1)),
        "sum_of_absolute": np.abs(differences).sum(axis=1),
        "median": np.abs(np.median(differences, axis=1)),
        "spread": performances.std(axis=1),
        "largest": np.abs(differences).max(axis=1),
        "smallest": np.abs(differences).min(axis=1),
        "best": np.abs(baseline - performances.max(axis=1)),
        "worst": np.abs(baseline - performances.min(axis=1)),
        "total": totals,
        "mean_square": (differences**2).mean(axis=1),
        "root_mean_square": np.sqrt((differences**2).mean(axis=1)),
        "divided_twice": np.abs(baseline - totals / samples**2),
        "divided_by_one_less": np.abs(baseline - totals / (samples - 1)),
        "divided_by_one_more": np.abs(baseline - totals / (samples + 1)),
        "divided_by_rows": np.abs(baseline - totals / rows),
        "divided_by_features": np.abs(baseline - totals / features),
        "running_total": np.abs(baseline - running / samples),
        "growing_list": np.abs(baseline - running / (samples * np.arange(1, features + 1))),
        "whole_numbers": np.abs(baseline - np.trunc(performances).mean(axis=1)),
    }


def _of_means(measurement: Measurement) -> dict[str, Array]:
    """Mistakes in comparing the mean performance with the baseline."""
    baseline, means = measurement.baseline, measurement.means
    spreads = measurement.performances.std(axis=1)
    return {
        "signed": baseline - means,
        "signed_other_way": means - baseline,
        "clipped": np.maximum(baseline - means, 0),
        "clipped_other_way": np.maximum(means - baseline, 0),
        "root": np.sqrt(np.abs(baseline - means)),
        "in_spreads": np.abs(baseline - means) / np.where(spreads > 0, spreads, 1),
        "performance": means,
        "ratio": means / baseline,
        "ratio_of_baseline": baseline / means,
        "relative": np.abs((baseline - means) / baseline),
        "squared": (baseline - means) ** 2,
    }


def _of_importances(measurement: Measurement) -> dict[str, Array]:
    """Mistakes in processing importances that were correct."""
    right = measurement.right
    return {
        "percent": 100 * right,
        "normalised": right / right.sum(),
        "normalised_largest": right / right.max(),
        "running_importance": np.cumsum(right),
        "same_for_all": np.full_like(right, right[-1]),
        "rounded": np.round(right, 2),
        "zeros": np.zeros_like(right),
    }
