"""Draw the features of people: a Gaussian copula with marginals by age and sex.

Sex and age come first. Given them, Race and thirteen measurements are one draw of correlated
normal scores, each converted to its unit by the quantile function of its marginal. Quantiles
are known for five age bands and interpolated between the bands' middles, so there is no jump
between bands. Systolic BP and TS are computed, as they were for the real people.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from datagen.cohort.aggregates import DRAWN, NOT_MEASURED, TOP_CODES
from util.cohort_columns import COLUMNS

Floats = NDArray[np.float64]

DECIMALS = {
    "Red blood cells": 1,
    "Serum Albumin": 1,
    "Serum Magnesium": 2,
    "Serum Protein": 1,
    "TS": 1,
    "White blood cells": 1,
    "BMI": 6,
}
"""Decimal places as in the real table; 0 for columns not listed."""

YOUNGEST, OLDEST = 25, 74
"""Years. Ages are uniform; the survey itself oversampled young women and old people, which makes
age an even stronger predictor than it is."""

HEAPED = 0.43
"""Share of blood pressures that the examiner read to the nearest 10 mmHg; the others are even."""


def draw_features(
    people: int, aggregates: dict[str, Any], rng: np.random.Generator
) -> pd.DataFrame:
    """Draw people.

    Args:
        people: number of people.
        aggregates: content of ``aggregates.json``.
        rng: random generator.

    Returns:
        Shape (people, 18), float64, columns in the lesson's order and units, rounded.
    """
    table = pd.DataFrame(index=range(people), columns=list(COLUMNS), dtype=float)
    table["Sex"] = np.where(rng.random(people) < aggregates["share_of_women"], 2.0, 1.0)
    table["Age"] = rng.integers(YOUNGEST, OLDEST + 1, size=people).astype(float)
    names = aggregates["correlation"]["columns"]
    root = np.linalg.cholesky(np.array(aggregates["correlation"]["matrix"]))
    ranks = norm.cdf(rng.standard_normal((people, len(names))) @ root.T)
    for (age, sex), group in table.groupby(["Age", "Sex"]):
        rows = group.index
        u = dict(zip(names, ranks[rows].T, strict=True))
        shares = _at_age(aggregates["race_shares"], age, sex, aggregates)
        table.loc[rows, "Race"] = 1.0 + np.searchsorted(np.cumsum(shares)[:2], u["Race"])
        for name in DRAWN:
            quantiles = _at_age(aggregates["marginals"][name], age, sex, aggregates)
            table.loc[rows, name] = _quantile(u[name], aggregates["levels"], quantiles)
        for name, code in TOP_CODES.items():
            (share,) = _at_age(aggregates["codes"][name], age, sex, aggregates)
            quantiles = _at_age(aggregates["marginals"][name], age, sex, aggregates)
            below = _quantile(u[name] / (1 - share), aggregates["levels"], quantiles)
            table.loc[rows, name] = np.where(u[name] > 1 - share, code, np.minimum(below, code - 1))
        for name, codes in NOT_MEASURED.items():
            shares = _at_age(aggregates["codes"][name], age, sex, aggregates)
            pick = np.searchsorted(np.cumsum(shares), rng.random(len(rows)))
            table.loc[rows, name] = np.choose(pick, [*codes, table.loc[rows, name]])
    return _finish(table, rng)


def _at_age(
    by_sex: dict[str, list[list[float]]], age: float, sex: float, aggregates: dict[str, Any]
) -> Floats:
    """Interpolate a list of numbers known per age band; constant outside the outer middles."""
    edges = np.array(aggregates["band_edges"], dtype=float)
    middles = (edges[:-1] + edges[1:] - 1) / 2
    per_band = np.array(by_sex[str(int(sex))])
    return np.array([np.interp(age, middles, column) for column in per_band.T])


def _quantile(u: Floats, levels: list[float], quantiles: Floats) -> Floats:
    """Invert a marginal: linear between the known quantiles, short tails beyond them.

    Each tail extends by the distance from the 1 % to the 5 % quantile (from 95 % to 99 % above),
    which ends a normal marginal three standard deviations from its middle.
    """
    low = max(quantiles[0] - (quantiles[1] - quantiles[0]), 0.5 * quantiles[0])
    high = quantiles[-1] + (quantiles[-1] - quantiles[-2])
    return np.interp(u, [0.0, *levels, 1.0], [low, *quantiles, high])


def _finish(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Round as in the real table and compute the columns that follow by identity."""
    for name in ("Diastolic BP", "Pulse pressure"):
        heaped = rng.random(len(table)) < HEAPED
        table[name] = np.where(
            heaped, table[name].div(10).round() * 10, table[name].div(2).round() * 2
        )
    table["Pulse pressure"] = table["Pulse pressure"].clip(lower=10)
    table["Systolic BP"] = table["Diastolic BP"] + table["Pulse pressure"]
    for name in COLUMNS:
        if name != "TS":
            table[name] = table[name].round(DECIMALS.get(name, 0))
    table["TS"] = (100 * table["Serum Iron"] / table["TIBC"]).round(DECIMALS["TS"])
    return table
