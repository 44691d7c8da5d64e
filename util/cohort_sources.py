"""Where the lesson's cohort comes from: three sources, the most original one first.

1. The course's own test table ``nhanest_test.csv``, with a training table beside it: either
   ``nhanest_train.csv`` in the same layout, or the public table, less the people tested.
2. The public NHANES I table, ``NHANESI_subset_X.csv`` and ``NHANESI_subset_y.csv``, as
   ``shap.datasets.nhanesi`` downloads it.
3. The synthetic cohort that ships with the lesson (``datagen/cohort`` draws it).

Each is looked for in the folder given, then in its subfolders ``data``, ``data/nhanes`` and
``nhanes``. A user who has real data thus only has to drop the files in.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from util.cohort_columns import HORIZON, LABEL
from util.cohort_tables import features, labels, read_table
from util.errors import LessonDataError

SUBFOLDERS = ("", "data", "data/nhanes", "nhanes")
COURSE_TEST, COURSE_TRAIN = "nhanest_test.csv", "nhanest_train.csv"
PUBLIC_X, PUBLIC_Y = "NHANESI_subset_X.csv", "NHANESI_subset_y.csv"
SYNTHETIC_TRAIN, SYNTHETIC_TEST = "synthetic_train.csv", "synthetic_test.csv"

TEST_SHARE, SPLIT_SEED = 0.2, 10
"""The split of the public table. These two values give the course's own test people, under
the row numbers that the course prints."""


@dataclass(frozen=True)
class Cohort:
    """A cohort in two parts. X: (people, 18) float64, no missing values; y: 0/1 int64.

    The rows of the test part have unique integers as their index, for ``.loc``.
    """

    X_train: pd.DataFrame
    y_train: pd.Series
    X_test: pd.DataFrame
    y_test: pd.Series
    source: str


def load_cohort(path: str | Path) -> Cohort:
    """Load the most original cohort at hand.

    Args:
        path: the lesson's folder, or the folder of the tables themselves.

    Returns:
        The cohort; `source` is "course", "public" or "synthetic".

    Raises:
        LessonDataError: no source is complete, or a table in it can't be used.
    """
    root = Path(path)
    if _find(root, COURSE_TEST):
        return _course(root)
    if _find(root, PUBLIC_X) or _find(root, PUBLIC_Y):
        return _public(root)
    test = _require(root, SYNTHETIC_TEST)
    train = test.with_name(SYNTHETIC_TRAIN)
    if not train.is_file():
        raise _absent(train.name, str(test.parent))
    return _cohort(*_read_labelled(train), *_read_labelled(test), "synthetic")


def read_public(folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Read the public table and keep the people whose label is known.

    The follow-up is in signed years: positive until death, negative until last seen alive.
    Dead within ten years is 1, followed beyond ten years is 0, and who was lost to follow-up
    earlier is dropped. Minus zero is among the latter: 382 people who were never traced. (The
    course's own table counts them as deaths, which costs it some 0.1 of c-index.)

    Args:
        folder: where both files lie.

    Returns:
        X, shape (people, 18), with missing values as they are, and y, 0/1; both indexed by
        the row number of the public table.

    Raises:
        LessonDataError: a file is absent or can't be used, or the two don't match.
    """
    X, years = _public_rows(folder)
    known = _label_known(years)
    return X[known], _dead_in_time(years[known])


def _course(root: Path) -> Cohort:
    test_path = _require(root, COURSE_TEST)
    X_test, y_test = _read_labelled(test_path)
    train_path = test_path.with_name(COURSE_TRAIN)
    if train_path.is_file():
        return _cohort(*_read_labelled(train_path), X_test, y_test, "course")
    table = _find(root, PUBLIC_X)
    if table is None:
        raise _absent(f"{COURSE_TRAIN} (or {PUBLIC_X} and {PUBLIC_Y})", str(test_path.parent))
    X, y = _complete(*read_public(table.parent))
    tested = _fingerprints(X).isin(set(_fingerprints(X_test)))
    return _cohort(X[~tested], y[~tested], X_test, y_test, "course")


def _public(root: Path) -> Cohort:
    """Split first as the course did, drop people of unknown label second.

    In this order the others keep the row numbers that the course prints.
    """
    X, years = _public_rows(_require(root, PUBLIC_X).parent)
    drawn = X.notna().all(axis=1) & (~(years < 0) | (years < -HORIZON))
    parts = train_test_split(X[drawn], years[drawn], test_size=TEST_SHARE, random_state=SPLIT_SEED)
    X_train, X_test, years_train, years_test = (part.reset_index(drop=True) for part in parts)
    train, test = _label_known(years_train), _label_known(years_test)
    y_train, y_test = _dead_in_time(years_train[train]), _dead_in_time(years_test[test])
    return _cohort(X_train[train], y_train, X_test[test], y_test, "public")


def _public_rows(folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Features and signed years of everyone, matched row by row."""
    x_path, y_path = folder / PUBLIC_X, folder / PUBLIC_Y
    for file in (x_path, y_path):
        if not file.is_file():
            raise _absent(file.name, str(folder))
    X = features(read_table(x_path), x_path, may_miss=True)
    table = read_table(y_path)
    years = pd.to_numeric(table.iloc[:, 0], errors="coerce")
    if years.isna().any():
        raise LessonDataError(
            "The follow-up is a number of years for every person, negative if last seen alive.",
            found=f"{int(years.isna().sum())} values that are no number",
            where=str(y_path),
            remedy="Put the original file back.",
        )
    if not X.index.equals(years.index):
        raise LessonDataError(
            "The two tables describe the same people in the same order.",
            found=f"{len(X)} rows of features, {len(years)} of follow-up, or other row numbers",
            where=f"{x_path} and {y_path}",
            remedy="Take both files from the same download.",
        )
    return X, years


def _label_known(years: pd.Series) -> pd.Series:
    return (years > 0) | (years < -HORIZON)  # neither holds for minus zero


def _dead_in_time(years: pd.Series) -> pd.Series:
    return years.between(0, HORIZON).astype(np.int64).rename(LABEL)


def _complete(X: pd.DataFrame, y: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    complete = X.notna().all(axis=1)
    return X[complete], y[complete]


def _fingerprints(X: pd.DataFrame) -> pd.Series:
    """A value that tells people apart, however many digits their table was written with."""
    return pd.util.hash_pandas_object(X.round(4).reset_index(drop=True), index=False).set_axis(
        X.index
    )


def _read_labelled(path: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Features and label of one file, people renumbered from 0 as the course does."""
    table = read_table(path).reset_index(drop=True)
    return features(table, path), labels(table, path)


def _cohort(
    X_train: pd.DataFrame,
    y_train: pd.Series,
    X_test: pd.DataFrame,
    y_test: pd.Series,
    source: str,
) -> Cohort:
    """Check what only the whole cohort can show: both outcomes occur in both parts."""
    for part, y in (("training", y_train), ("test", y_test)):
        if y.nunique() < 2:
            raise LessonDataError(
                "Some people of each part died within ten years and some did not.",
                found=f"{len(y)} people in the {part} part, {int(y.sum())} of whom died",
                where=f"the {source} cohort",
                remedy="Put the original tables back.",
            )
    return Cohort(X_train, y_train, X_test, y_test, source)


def _find(root: Path, name: str) -> Path | None:
    candidates = (root / folder / name for folder in SUBFOLDERS)
    return next((file for file in candidates if file.is_file()), None)


def _require(root: Path, name: str) -> Path:
    file = _find(root, name)
    if file is None:
        places = ", ".join(str(root / folder) for folder in SUBFOLDERS)
        raise _absent(name, places)
    return file


def _absent(name: str, where: str) -> LessonDataError:
    return LessonDataError(
        "The risk model is fitted on a cohort's tables.",
        found=f"no file {name}",
        where=where,
        remedy="Pass the folder that the lesson was unpacked in, with its data beside it, "
        "or put the file there.",
    )
