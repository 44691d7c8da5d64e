"""Reading and validation of a cohort's CSV tables."""

from pathlib import Path

import numpy as np
import pandas as pd

from util.cohort_columns import COLUMNS, LABEL
from util.errors import LessonDataError


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV whose first column numbers the rows.

    Args:
        path: the file.

    Returns:
        The unmodified table, with the first column as its index; at least one row.

    Raises:
        LessonDataError: the file can't be read, is not a CSV, or holds no rows.
    """
    try:
        table = pd.read_csv(path, index_col=0, float_precision="round_trip")
    except (OSError, ValueError) as problem:  # pandas' parser errors are ValueErrors
        raise LessonDataError(
            f"the table can't be read: {type(problem).__name__}: {problem}",
            why="a cohort table is a CSV file in UTF-8",
            where=str(path),
            remedy="Put the original file back; a download may have been cut short.",
        ) from problem
    if table.empty:
        raise LessonDataError(
            f"the table has {len(table)} rows, and {len(table.columns)} columns after the first",
            why="a cohort table has a row for each person",
            where=str(path),
            remedy="Put the original file back; a download may have been cut short.",
        )
    return table


def features(table: pd.DataFrame, path: Path, *, may_miss: bool = False) -> pd.DataFrame:
    """Select the 18 features, in the lesson's order, as float64.

    Args:
        table: what `read_table` returned.
        path: the table's file, for error messages.
        may_miss: whether empty cells are allowed (the public table has them).

    Returns:
        Shape (people, 18), columns as in `COLUMNS`, the table's index.

    Raises:
        LessonDataError: a column is absent, a value is not a finite number, or a value is
            missing although `may_miss` is false.
    """
    absent = [name for name in COLUMNS if name not in table.columns]
    if absent:
        raise LessonDataError(
            f"the table has no column {', '.join(absent)}; it has {', '.join(table.columns)}",
            why=f"a cohort table has the {len(COLUMNS)} columns {', '.join(COLUMNS)}",
            where=str(path),
            remedy="Restore or rename the columns; capitals and spaces count, and the first "
            "column of the file is always taken for the row number.",
        )
    numbers = pd.DataFrame({name: _numbers(table[name], path) for name in COLUMNS})
    if not may_miss:
        _refuse_missing(numbers, path)
    return numbers


def labels(table: pd.DataFrame, path: Path) -> pd.Series:
    """Select the label column as 0 and 1.

    Args:
        table: what `read_table` returned.
        path: the table's file, for error messages.

    Returns:
        Shape (people,), int64, named `LABEL`, the table's index. False and True, which the
        course's file has, are converted to 0 and 1.

    Raises:
        LessonDataError: the column is absent or holds anything but 0, 1, False and True.
    """
    if LABEL not in table.columns:
        raise LessonDataError(
            f"the table has no column {LABEL}; it has {', '.join(table.columns)}",
            why="the label, death within ten years, is read from it",
            where=str(path),
            remedy=f"Add the column {LABEL}, 1 for a person who died and 0 for one who did not.",
        )
    column = table[LABEL]
    values = pd.to_numeric(column, errors="coerce").astype(float)
    wrong = ~values.isin([0, 1])
    if wrong.any():
        raise LessonDataError(
            f"values other than 0 and 1 in {_places(column[wrong])}",
            why="it is the label: whether the person died within ten years",
            where=str(path),
            remedy="Correct these rows, or take them out of the table.",
        )
    return values.astype(np.int64).rename(LABEL)


def _numbers(column: pd.Series, path: Path) -> pd.Series:
    """Convert one column to float64; empty cells stay missing."""
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    wrong = (numbers.isna() & column.notna()) | np.isinf(numbers)
    if wrong.any():
        raise LessonDataError(
            f"values that are not finite numbers in {_places(column[wrong])}",
            why="the forest computes with them",
            where=str(path),
            remedy="Correct these cells; numbers are written with a decimal point and no unit.",
        )
    return numbers


def _refuse_missing(numbers: pd.DataFrame, path: Path) -> None:
    missing = numbers.isna()
    if missing.to_numpy().any():
        first = str(missing.any().idxmax())
        count = int(missing.to_numpy().sum())
        raise LessonDataError(
            f"{count} empty cells, first in {_places(numbers.loc[missing[first], first])}",
            why="the forest can't predict from incomplete rows",
            where=str(path),
            remedy="Fill the cells in, or take these people out of the table.",
        )


def _places(column: pd.Series, limit: int = 3) -> str:
    """Describe invalid cells of a column for an error message: its name, some rows and values."""
    shown = ", ".join(f"row {row}: {value!r}" for row, value in column.head(limit).items())
    more = f" and {len(column) - limit} more" if len(column) > limit else ""
    return f"column {column.name}, {shown}{more}"
