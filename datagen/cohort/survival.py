"""Death within ten years: proportional hazards on a Gompertz baseline.

The hazard of a person of age a, t years after the examination, is
``exp(log_level + slope * (a + t) + log_hazard(person))``, with a level and a slope for each
sex. These four numbers are solved for, so that the expected mortality of the people drawn
matches the published one in the ten groups of age and sex; the effects below are set by hand.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from datagen.cohort.aggregates import BAND_EDGES
from util.cohort_columns import HORIZON

Floats = NDArray[np.float64]

DIASTOLIC = 0.035
"""Log hazard per mmHg above 75; stronger than in the real table, see docs/cohort.md."""

PULSE_PRESSURE = 0.002
"""Log hazard per mmHg."""

POVERTY, POVERTY_SCALE = 1.4, 110.0
"""Log hazard of the poorest relative to the rich, and the index at which 1/e of it remains."""

ALBUMIN = -0.35
"""Log hazard per g/dL."""

SEDIMENTATION = 0.008
"""Log hazard per mm/h."""

MAGNESIUM = -0.5
"""Log hazard per mEq/L."""

WHITE_CELLS = 0.035
"""Log hazard per 1,000 per microlitre."""

BMI_BEST, BMI_LOW, BMI_HIGH = 26.0, 0.045, 0.015
"""kg/m2 of least risk; log hazard per kg/m2 below and above it."""


def log_hazard(X: pd.DataFrame) -> Floats:
    """Compute what a person's measurements add to the log hazard of their age and sex.

    Args:
        X: features, shape (people, 18).

    Returns:
        Shape (people,), centred on 0.
    """
    bmi = X["BMI"] - BMI_BEST
    total = (
        DIASTOLIC * (X["Diastolic BP"] - 75).clip(lower=-5)
        + PULSE_PRESSURE * X["Pulse pressure"]
        + POVERTY * np.exp(-X["Poverty index"] / POVERTY_SCALE)
        + ALBUMIN * X["Serum Albumin"]
        + SEDIMENTATION * X["Sedimentation rate"]
        + MAGNESIUM * X["Serum Magnesium"]
        + WHITE_CELLS * X["White blood cells"]
        + BMI_LOW * bmi.clip(upper=0).abs()
        + BMI_HIGH * bmi.clip(lower=0)
    )
    return (total - total.mean()).to_numpy()


def death_probability(X: pd.DataFrame, aggregates: dict[str, Any]) -> Floats:
    """Probability of death within ten years, calibrated to the published mortality.

    Args:
        X: features, shape (people, 18); the calibration needs a few thousand people.
        aggregates: content of ``aggregates.json``.

    Returns:
        Shape (people,), each between 0 and 1.
    """
    age, extra = X["Age"].to_numpy(), log_hazard(X)
    risk = np.empty(len(X))
    for sex in (1, 2):
        rows = (X["Sex"] == sex).to_numpy()
        target = np.array(aggregates["mortality"][str(sex)])
        level, slope = _calibrate(age[rows], extra[rows], target)
        risk[rows] = _ten_year_risk(age[rows], extra[rows], level, slope)
    return risk


def _ten_year_risk(age: Floats, extra: Floats, level: float, slope: float) -> Floats:
    """1 - exp(-cumulative hazard); the Gompertz hazard has a closed integral."""
    # Ages are relative to 50 so that level and slope are nearly independent for the solver.
    start = np.exp(level + slope * (age - 50) + extra)
    return 1 - np.exp(-start * np.expm1(slope * HORIZON) / slope)


def _calibrate(age: Floats, extra: Floats, target: Floats) -> tuple[float, float]:
    """Find the level and slope whose expected mortality by age band is nearest the target.

    Differences are relative to the square root of the mortality, as is its sampling error.
    """
    bands = np.digitize(age, BAND_EDGES[1:-1])
    sizes = np.bincount(bands, minlength=len(target))

    def misfit(parameters: Floats) -> Floats:
        risk = _ten_year_risk(age, extra, *parameters)
        expected = np.bincount(bands, weights=risk, minlength=len(target)) / sizes
        return (expected - target) / np.sqrt(target)

    level, slope = least_squares(misfit, x0=(-5.0, 0.09)).x
    return float(level), float(slope)
