"""Aggregates of NHANES I, the only thing the generator knows about real people.

``python -m datagen.cohort.aggregates FOLDER`` computes them from the public table and
rewrites ``aggregates.json``. Only summaries of groups are kept (quantiles between 1 % and
99 %, shares, correlations, mortality); the smallest group has some 500 people, so neither a
row nor an extreme value of a single person can be reconstructed.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from util.cohort_columns import COLUMNS
from util.cohort_sources import read_public

PATH = Path(__file__).with_name("aggregates.json")

LEVELS = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
"""Quantile levels at which a marginal is described."""

BAND_EDGES = (25, 35, 45, 55, 65, 75)
"""Age bands [25, 35) ... [65, 75), years."""

DRAWN = (
    "Diastolic BP",
    "Poverty index",
    "Red blood cells",
    "Sedimentation rate",
    "Serum Albumin",
    "Serum Cholesterol",
    "Serum Iron",
    "Serum Magnesium",
    "Serum Protein",
    "TIBC",
    "White blood cells",
    "BMI",
    "Pulse pressure",
)
"""Columns with a marginal of their own; Systolic BP and TS follow from them by identity."""

TOP_CODES = {"Poverty index": 999.0}
"""Code that replaces the highest values of a column."""

NOT_MEASURED = {"Red blood cells": (77.7, 88.8)}
"""Codes for "not measured", which show no relation to the other measurements."""

CODES = {name: (code,) for name, code in TOP_CODES.items()} | NOT_MEASURED
"""Values that are not measurements, excluded from all means and quantiles."""


def load() -> dict[str, Any]:
    """Read the aggregates that the generator is calibrated to."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def compute(X: pd.DataFrame, y: pd.Series) -> dict[str, Any]:
    """Summarise a real cohort.

    Args:
        X: features, shape (people, 18); missing values are ignored column by column.
        y: death within ten years, 0 or 1, same index.

    Returns:
        The content of ``aggregates.json``: plain lists and dictionaries.
    """
    measured = X.copy()
    for column, values in CODES.items():
        measured[column] = X[column].mask(X[column].round(1).isin(values))
    return {
        "levels": list(LEVELS),
        "band_edges": list(BAND_EDGES),
        "people": len(X),
        "share_of_women": _round((X["Sex"] == 2).mean(), 4),
        "race_shares": _by_sex(X, lambda group: _by_band(group, _race_shares)),
        "codes": {
            c: _by_sex(X, lambda g, c=c: _by_band(g, lambda b: _code_shares(b[c], CODES[c])))
            for c in CODES
        },
        "marginals": {
            c: _by_sex(measured, lambda g, c=c: _by_band(g, lambda b: _quantiles(b[c])))
            for c in DRAWN
        },
        "correlation": {"columns": ["Race", *DRAWN], "matrix": _correlation(measured)},
        "mortality": _by_sex(X, lambda group: _by_band(group, lambda b: _mortality(b, y))),
        "overall": {
            c: {"mean": _round(measured[c].mean(), 4), "sd": _round(measured[c].std(), 4)}
            for c in COLUMNS
        },
    }


def _round(value: float, digits: int) -> float:
    return round(float(value), digits)


def _by_sex(frame: pd.DataFrame, summarise: Any) -> dict[str, Any]:
    """{"1": summary of the men, "2": summary of the women}; JSON keys are strings."""
    return {str(sex): summarise(frame[frame["Sex"] == sex]) for sex in (1, 2)}


def _by_band(frame: pd.DataFrame, summarise: Any) -> list[Any]:
    """One summary for each age band, youngest first."""
    bands = np.digitize(frame["Age"], BAND_EDGES[1:-1])
    return [summarise(frame[bands == band]) for band in range(len(BAND_EDGES) - 1)]


def _race_shares(group: pd.DataFrame) -> list[float]:
    return [_round((group["Race"] == code).mean(), 4) for code in (1, 2, 3)]


def _code_shares(values: pd.Series, codes: tuple[float, ...]) -> list[float]:
    return [_round((values.round(1) == code).mean(), 4) for code in codes]


def _quantiles(values: pd.Series) -> list[float]:
    return [_round(q, 3) for q in values.quantile(list(LEVELS))]


def _mortality(group: pd.DataFrame, y: pd.Series) -> float:
    return _round(y[group.index].mean(), 4)


def _correlation(measured: pd.DataFrame) -> list[list[float]]:
    """Correlations of normal scores within sex and age band, made positive definite.

    Ranking within a group removes what sex and age explain; the marginals, which differ by sex
    and age, add it back.
    """
    columns = ["Race", *DRAWN]
    bands = np.digitize(measured["Age"], BAND_EDGES[1:-1])
    grouped = measured[columns].groupby([measured["Sex"], bands])
    ranks, sizes = grouped.rank(), grouped.transform("count")
    scores = pd.DataFrame(norm.ppf((ranks - 0.5) / sizes), columns=columns)
    values, vectors = np.linalg.eigh(scores.corr().to_numpy())
    matrix = (vectors * np.maximum(values, 0.02)) @ vectors.T
    scale = np.sqrt(np.diag(matrix))
    return np.round(matrix / np.outer(scale, scale), 3).tolist()


def main() -> None:
    """Compute the aggregates of the public table in a folder and store them."""
    parser = argparse.ArgumentParser(prog="python -m datagen.cohort.aggregates")
    parser.add_argument("folder", type=Path, help="folder with NHANESI_subset_X.csv and _y.csv")
    X, y = read_public(parser.parse_args().folder)
    text = json.dumps(compute(X, y), indent=1)
    PATH.write_text(_compact(text) + "\n", encoding="utf-8")


def _compact(text: str) -> str:
    """Put each innermost list on one line, to keep the file readable."""
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)


if __name__ == "__main__":
    main()
