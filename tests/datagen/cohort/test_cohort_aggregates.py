"""The aggregates: what they are, what they are not, and that the command recomputes them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from datagen.cohort.aggregates import CODES, DRAWN, LEVELS, _compact, compute, load
from datagen.cohort.population import draw_features
from util.cohort_columns import COLUMNS
from util.cohort_sources import PUBLIC_X, read_public

REAL = Path(__file__).parents[4] / "shared/data/nhanes"


def test_correlation_is_a_correlation_matrix():
    matrix = np.array(load()["correlation"]["matrix"])
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_array_equal(np.diag(matrix), 1)
    assert np.linalg.eigvalsh(matrix).min() > 0.01


def test_marginals_rise_and_leave_the_extremes_out():
    assert (LEVELS[0], LEVELS[-1]) == (0.01, 0.99)
    for name in DRAWN:
        for rows in load()["marginals"][name].values():
            assert (np.diff(rows, axis=1) >= 0).all()
            assert np.shape(rows) == (5, len(LEVELS))


def test_two_columns_follow_and_are_not_drawn():
    assert set(COLUMNS) - set(DRAWN) == {"Age", "Sex", "Race", "Systolic BP", "TS"}


def test_codes_are_kept_out_of_means_and_quantiles():
    X = draw_features(4_000, load(), np.random.default_rng(0))
    summary = compute(X, pd.Series(0, X.index))
    assert summary["overall"]["Red blood cells"]["mean"] < 55
    assert summary["marginals"]["Poverty index"]["1"][0][-1] < 999
    assert len(summary["codes"]["Red blood cells"]["1"][0]) == len(CODES["Red blood cells"])


def test_innermost_lists_are_written_on_one_line():
    text = '{\n "a": [\n  [\n   1,\n   2.5\n  ],\n  [\n   3\n  ]\n ]\n}'
    assert _compact(text) == '{\n "a": [\n  [1, 2.5],\n  [3]\n ]\n}'


@pytest.mark.skipif(
    not (REAL / PUBLIC_X).is_file(), reason=f"the public NHANES I table is not in {REAL}"
)
def test_the_command_recomputes_what_is_written_down():
    fresh, kept = compute(*read_public(REAL)), load()
    fresh_matrix = fresh["correlation"].pop("matrix")
    np.testing.assert_allclose(fresh_matrix, kept["correlation"].pop("matrix"), atol=0.0011)
    assert fresh == kept
