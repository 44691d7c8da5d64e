"""How a reference check compares what a function returned with what the solution returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Comparison = Callable[[Any, Any], bool]
"""Whether a value, the first argument, is as good as the solution's, the second."""


def exact(value: Any, expected: Any) -> bool:
    """Whether two values are equal and of the same type, and so are all their parts.

    A number may be of another type if it is equal: 2 and 2.0, but not 1 and True. NaN equals NaN.
    """
    return _alike(value, expected, _same_number)


def close(relative: float = 1e-6, absolute: float = 1e-9) -> Comparison:
    """Make a comparison that allows numbers to differ a little, wherever they are in the values.

    Args:
        relative: Largest difference as a share of the expected number.
        absolute: Largest difference that is allowed in any case.
    """

    def compare(value: Any, expected: Any) -> bool:
        return _alike(value, expected, near)

    def near(value: Any, expected: Any) -> bool:
        return bool(
            np.allclose(value, expected, rtol=relative, atol=absolute, equal_nan=True)
            and np.array_equal(np.isnan(value), np.isnan(expected))
        )

    return compare


def frame(*, order: bool = True, relative: float = 1e-6, absolute: float = 1e-9) -> Comparison:
    """Make a comparison of pandas frames by their columns' names and values.

    Args:
        order: Whether rows and columns must come in the solution's order, and the index must be the
            solution's. Without it the index does not count.
        relative: See `close`.
        absolute: See `close`.
    """
    same = close(relative, absolute)

    def compare(value: Any, expected: Any) -> bool:
        if type(value) is not type(expected) or not hasattr(value, "columns"):
            return False
        if order:
            return same(value, expected)
        if sorted(map(str, value.columns)) != sorted(map(str, expected.columns)):
            return False
        columns = sorted(expected.columns, key=str)
        return same(_sorted_rows(value[columns]), _sorted_rows(expected[columns]))

    return compare


def _sorted_rows(table: Any) -> Any:
    try:
        return table.sort_values(by=list(table.columns), ignore_index=True)
    except TypeError:
        # Values of different types in one column have no order.
        return table.sort_values(
            by=list(table.columns), key=lambda c: c.map(repr), ignore_index=True
        )


def _same_number(value: Any, expected: Any) -> bool:
    return bool(np.array_equal(value, expected, equal_nan=True))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex | np.number) and not _is_truth(value)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool | np.bool_)


def _alike(value: Any, expected: Any, numbers: Callable[[Any, Any], bool]) -> bool:
    if _is_number(expected):
        return _is_number(value) and numbers(value, expected)
    if _is_truth(expected):
        return _is_truth(value) and bool(value) == bool(expected)
    if type(value) is not type(expected):
        return False
    if isinstance(expected, np.ndarray):
        return _alike_arrays(value, expected, numbers)
    if isinstance(expected, list | tuple):
        return len(value) == len(expected) and all(
            _alike(one, other, numbers) for one, other in zip(value, expected, strict=True)
        )
    if isinstance(expected, Mapping):
        return value.keys() == expected.keys() and all(
            _alike(value[key], expected[key], numbers) for key in expected
        )
    if hasattr(expected, "columns"):
        return _alike_frames(value, expected, numbers)
    if hasattr(expected, "to_numpy"):
        return _alike_columns(value, expected, numbers)
    return bool(value == expected)


def _alike_arrays(value: Any, expected: Any, numbers: Callable[[Any, Any], bool]) -> bool:
    if value.shape != expected.shape:
        return False
    if value.dtype.kind in "iufc" and expected.dtype.kind in "iufc":
        return numbers(value, expected)
    if value.dtype.kind != expected.dtype.kind:
        return False
    if expected.dtype.kind == "O":
        return _alike(value.ravel().tolist(), expected.ravel().tolist(), numbers)
    return bool(np.array_equal(value, expected))


def _alike_frames(value: Any, expected: Any, numbers: Callable[[Any, Any], bool]) -> bool:
    if list(value.columns) != list(expected.columns) or len(value) != len(expected):
        return False
    return _alike_columns(value.index, expected.index, numbers) and all(
        _alike_columns(value.iloc[:, place], expected.iloc[:, place], numbers, index=False)
        for place in range(expected.shape[1])
    )


def _alike_columns(
    value: Any, expected: Any, numbers: Callable[[Any, Any], bool], *, index: bool = True
) -> bool:
    """Compare series or indexes."""
    if (
        index
        and hasattr(expected, "index")
        and not _alike_columns(value.index, expected.index, numbers)
    ):
        return False
    return _alike_arrays(np.asarray(value), np.asarray(expected), numbers)
