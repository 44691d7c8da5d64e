"""Exercise 3: one column in another order, everything else unchanged."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from util import advice
from util.visible.reporting import ExerciseError, explaining

Array = npt.NDArray[Any]

_RUNS = 1000

_HINTS = {
    r"^ValueError: \d+$": (
        "Use the column that the argument feature names, and permute that column alone."
    ),
    r"must be an integer or at least 1-dimensional": (
        "Permute the column's values: feature is only the column's name."
    ),
    r"does not match length|as many|must match the length|Cannot set a DataFrame": (
        "Give the column as many values as the frame has rows."
    ),
    r"AttributeError: 'DataFrame' object has no attribute 'feature'": (
        "Use brackets for a column whose name is in a variable; a dot takes the name literally."
    ),
}


def permute_feature_test(target: Callable[..., Any]) -> None:
    """Test exercise 3 on a frame of three rows, once and a thousand times.

    Every call is checked: on three rows, one call in six looks correct by chance. A second frame,
    with other columns and another index, is checked without being printed.

    Raises:
        ExerciseError: The column does not hold the same values, something else changed, or the
            order is not random.
    """
    frame = pd.DataFrame({"col1": [0, 1, 2], "col2": ["A", "B", "C"]})
    before = frame.copy(deep=True)
    print("Test Case\n\nOriginal dataframe:\n")
    print(frame, "\n")
    with explaining(target, 3, _HINTS):
        permuted = _permuted(target, frame, before, "col1")
        print("col1 permuted:\n")
        print(permuted, "\n")
        every = [_permuted(target, frame, before, "col1")["col1"] for _ in range(_RUNS)]
        orders = np.array(every, dtype=np.int64)
        print(f"Average values after computing over {_RUNS} runs:")
        print(f"Average of col1: {orders.mean(axis=0)}\n\n")
        _check_order(orders)
        other = pd.DataFrame(
            {"weight": [71.5, 58.0, 90.25, 64.0], "visits": [3, 1, 4, 2]}, index=[40, 10, 30, 20]
        )
        for feature in other.columns:
            _permuted(target, other, other.copy(deep=True), feature)
    print(" All tests passed.")


def _check_order(orders: Array) -> None:
    """Check that all orders of three values occur, and that none is favoured."""
    possible = list(itertools.permutations(range(3)))
    seen = [order for order in possible if (orders == order).all(axis=1).any()]
    if seen == [(0, 1, 2)]:
        raise ExerciseError(
            "Permute at random: the order is not random, every call left it as it was; expected "
            f"all 6 orders in {_RUNS} calls. pandas puts a Series back by its index; an array "
            "stays in its order."
        )
    if len(seen) < len(possible):
        raise ExerciseError(
            f"Permute at random: the order is not random, {len(seen)} of 6 orders came up in "
            f"{_RUNS} calls; expected all of them."
        )
    # Six standard deviations of the mean of 1000 draws from 0, 1, 2.
    if np.abs(orders.mean(axis=0) - 1).max() > 0.155:
        raise ExerciseError(
            "Permute at random: the order is not random, the averages are "
            f"{orders.mean(axis=0).round(2)}; expected about 1 at each place, because every value "
            "must come first equally often."
        )


def _permuted(
    target: Callable[..., Any], frame: pd.DataFrame, before: pd.DataFrame, feature: str
) -> pd.DataFrame:
    """Permute a column of the frame once, and check everything that must not change."""
    permuted = target(frame, feature)
    expected = f"expected a DataFrame of shape {before.shape}"
    if not isinstance(permuted, pd.DataFrame):
        shape = getattr(permuted, "shape", None)
        kind = type(permuted).__name__ + (f" of shape {shape}" if shape else "")
        raise ExerciseError(f"Return a DataFrame: a {kind} came back; {expected}.")
    if list(permuted.columns) != list(before.columns) or len(permuted) != len(before):
        raise ExerciseError(
            "Keep all rows and columns, and add none: shape "
            f"{permuted.shape}, columns {list(permuted.columns)[:5]}; {expected}, columns "
            f"{list(before.columns)}."
        )
    _check_filled(target, permuted[feature])
    if not frame.equals(before):
        raise ExerciseError(
            "Work on the copy: the frame that was passed in changed; expected it as it was."
        )
    _check_values(permuted, before, feature)
    return permuted


def _check_filled(target: Callable[..., Any], column: pd.Series) -> None:
    empty = int(column.isna().sum())
    if not empty:
        return
    reason = "Put an array into the column: a Series is put there by its index."
    if advice.mentions_shuffle(target):
        reason = advice.SHUFFLE
    raise ExerciseError(
        f"{reason} Column {column.name} came back with {empty} empty values; expected none."
    )


def _check_values(permuted: pd.DataFrame, before: pd.DataFrame, feature: str) -> None:
    """Check that the feature holds the same values, and that all else is unchanged."""
    column, original = permuted[feature], before[feature]
    for other in before.columns.drop(feature):
        if list(permuted[other]) != list(before[other]):
            raise ExerciseError(
                f"Permute the given feature alone: {other} changed; expected it as it was."
            )
    if not permuted.index.equals(before.index):
        raise ExerciseError("Leave the index alone: it changed; expected it as it was.")
    if sorted(column) != sorted(original):
        raise ExerciseError(
            f"Permute, do not draw anew: {feature} does not hold the same values; it holds "
            f"{column.tolist()}, expected {original.tolist()} in another order."
        )
    if column.dtype != original.dtype:
        raise ExerciseError(
            f"Permute, do not convert: {feature} came back as {column.dtype}; expected "
            f"{original.dtype}."
        )
