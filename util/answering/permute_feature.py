"""Exercise 3: call ``permute_feature`` on frames of many kinds, and repeatedly on simple ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from util.answering.notebook import Notebook
from util.answering.record import Record


def build_frame(
    frame: Mapping[str, Any], number: int, arrays: Mapping[str, npt.NDArray[Any]]
) -> pd.DataFrame:
    """Build a challenge's data frame: columns with given names and dtypes, and an index."""
    columns = {
        column["name"]: pd.Series(arrays[f"frame{number}_{place}"]).astype(column["dtype"])
        for place, column in enumerate(frame["columns"])
    }
    built = pd.DataFrame(columns)
    built.index = pd.Index(arrays[f"index{number}"])
    return built


def describe_frame(frame: Any) -> tuple[dict[str, Any], list[npt.NDArray[Any]]]:
    """Describe a returned frame: its names and dtypes as text, its values as arrays."""
    if not isinstance(frame, pd.DataFrame):
        return {"type": type(frame).__name__}, []
    about = {
        "type": "DataFrame",
        "columns": [str(name) for name in frame.columns],
        "dtypes": [str(dtype) for dtype in frame.dtypes],
        "index": [str(label) for label in frame.index[:1000]],
    }
    return about, [_plain(column) for _, column in frame.iloc[:1000, :50].items()]


def _plain(values: pd.Series) -> npt.NDArray[Any]:
    if values.dtype.kind in "biuf":
        return values.to_numpy()
    return np.asarray([str(value) for value in values], dtype=np.str_)


def answer(notebook: Notebook, challenge: Record) -> Record:
    """Record what was returned, the argument afterwards, and the orders over many calls.

    Returns:
        ``frames``: per case a description of the ``returned`` frame and of the ``argument``
        afterwards, with arrays ``returned0_0`` (case, column) and ``argument0_0``; arrays
        ``orders0``, ``orders1`` (repeats, rows): a column's values after each of many calls,
        NaN where no such column was returned.
    """
    data, arrays, function = challenge.data, challenge.arrays, notebook.function()
    described: list[dict[str, Any]] = []
    given: dict[str, npt.NDArray[Any]] = {}
    for number, frame in enumerate(data["frames"]):
        argument = build_frame(frame, number, arrays)
        returned = function(argument, frame["feature"])
        entry: dict[str, Any] = {"same_object": returned is argument}
        for name, value in (("returned", returned), ("argument", argument)):
            entry[name], columns = describe_frame(value)
            given |= {f"{name}{number}_{place}": col for place, col in enumerate(columns)}
        described.append(entry)
    for number, trial in enumerate(data["trials"]):
        column = arrays[f"column{number}"]
        small = pd.DataFrame({"a": column, "b": column})
        # A copy for each call, so that a changed argument does not affect the next call.
        orders = [
            _numbers(function(small.copy(), "a"), trial["rows"]) for _ in range(trial["repeats"])
        ]
        given[f"orders{number}"] = np.asarray(orders)
    return Record({"frames": described}, given)


def _numbers(returned: Any, rows: int) -> npt.NDArray[np.float64]:
    """Return the permuted column of a result; all NaN if it is missing or has another length."""
    column = returned.get("a") if isinstance(returned, pd.DataFrame) else None
    if not isinstance(column, pd.Series) or len(column) != rows:
        return np.full(rows, np.nan)
    if column.dtype.kind not in "biuf":
        column = pd.to_numeric(column, errors="coerce")
    return np.asarray(column, dtype=np.float64)
