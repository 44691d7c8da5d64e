"""Checks of single returned frames: what may change, and what must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests.permute_feature.mistakes import known
from util.hidden_tests.reading import short_text

Array = npt.NDArray[Any]

_MAX_COLUMNS = 1000


@dataclass(frozen=True)
class Case:
    """One frame that was passed in, and its result.

    Attributes:
        names: The frame's columns.
        kinds: Their dtypes.
        place: Position of the feature among the columns.
        labels: The index, as text.
        given: The columns' values as posed.
        answer: The answer, whose arrays are named by case and column.
        number: Number of the case.
    """

    names: list[str]
    kinds: list[str]
    place: int
    labels: list[str]
    given: list[Array]
    answer: Record
    number: int

    @classmethod
    def of(cls, challenge: Record, answer: Record, number: int) -> Case:
        """Return the case with a given number."""
        frame = challenge.data["frames"][number]
        names = [column["name"] for column in frame["columns"]]
        return cls(
            names=names,
            kinds=[column["dtype"] for column in frame["columns"]],
            place=names.index(frame["feature"]),
            labels=[str(label) for label in challenge.arrays[f"index{number}"]],
            given=[challenge.arrays[f"frame{number}_{place}"] for place in range(len(names))],
            answer=answer,
            number=number,
        )

    @property
    def returned(self) -> dict[str, Any]:
        """The description of the returned frame."""
        said: dict[str, Any] = self.answer.data["frames"][self.number]["returned"]
        return said

    @property
    def argument(self) -> dict[str, Any]:
        """The description of the argument after the call."""
        said: dict[str, Any] = self.answer.data["frames"][self.number]["argument"]
        return said

    def column(self, which: str, place: int) -> Array:
        """Return a column of the ``returned`` frame or of the ``argument``."""
        return self.answer.arrays[f"{which}{self.number}_{place}"]

    def same(self, place: int, column: Array) -> bool:
        """Return whether a column holds the posed values, in their order."""
        given = self.given[place]
        return column.shape == given.shape and _equal(given, self.kinds[place], column)


def frame_problem(case: Case) -> Verdict | None:
    """Return what is wrong with one frame, if anything."""
    return (
        _result_missing(case)
        or _argument_problem(case)
        or _form_problem(case)
        or _rows_problem(case)
        or _feature_problem(case)
        or _labels_problem(case)
    )


def _result_missing(case: Case) -> Verdict | None:
    if case.returned["type"] == "NoneType":
        return known("nothing_returned")
    # Before the argument: shuffling a column in place empties the result and changes both.
    if (
        case.returned["type"] == "DataFrame"
        and case.returned["columns"] == case.names
        and _is_empty(case.column("returned", case.place))
    ):
        return known("emptied")
    return None


def _argument_problem(case: Case) -> Verdict | None:
    argument = case.argument
    if (
        argument["columns"] != case.names
        or argument["index"] != case.labels
        or argument["dtypes"] != case.kinds
        or not all(
            case.same(place, case.column("argument", place)) for place in range(len(case.names))
        )
    ):
        return known("in_place")
    return None


def _form_problem(case: Case) -> Verdict | None:
    returned = case.returned
    if returned["type"] != "DataFrame":
        kind = short_text(returned["type"], 60)
        text = f"A {kind} came back, where a DataFrame with all columns is expected."
        return Verdict(0.0, text, "type")
    columns, feature = list(returned["columns"]), case.names[case.place]
    if len(columns) > _MAX_COLUMNS:
        raise ValueError("More columns than any frame of this exercise.")
    if columns == case.names:
        return known("rows") if len(returned["index"]) != len(case.labels) else None
    if columns == [feature]:
        return known("feature_only")
    if sorted(columns) == sorted(case.names):
        return known("column_order")
    if set(case.names) < set(columns):
        return known("extra_column")
    if set(case.names) - set(columns) == {feature}:
        return known("feature_dropped")
    return known("columns")


def _rows_problem(case: Case) -> Verdict | None:
    """Check that columns other than the feature are unchanged."""
    places = range(len(case.names))
    if any(case.column("returned", place).shape != (len(case.labels),) for place in places):
        raise ValueError("A column has a value for each row.")
    columns = [case.column("returned", place) for place in places]
    same = [case.same(place, columns[place]) for place in places]
    others = [place for place in places if place != case.place]
    if all(same[place] for place in others):
        return None
    order = _order_of(case.given[case.place], columns[case.place])
    if order is not None and all(
        _equal(case.given[place][order], case.kinds[place], columns[place]) for place in places
    ):
        return known("whole_rows")
    if all(_same_values(case.given[place], columns[place]) for place in others):
        changed = [place for place in others if not same[place]]
        if same[case.place] and len(changed) == 1:
            return known("another_column")
        if not same[case.place] and len(changed) == len(others):
            return known("every_column")
    return known("other_columns")


def _feature_problem(case: Case) -> Verdict | None:
    """Check that the feature holds its own values, each as often as before."""
    given, column = case.given[case.place], case.column("returned", case.place)
    if case.kinds[case.place] == "object" and _relabels(given, column):
        return known("relabelled")
    if _same_values(given, column):
        return None
    if column.dtype.kind == "f" and np.isnan(column).any():
        if np.isnan(column).all():
            return known("aligned")
        return known("shifted" if _moved_along(given, column) else "some_missing")
    if _moved_along(given, column):
        return known("shifted")
    text = [str(value) for value in column]
    if len(set(text)) == 1:
        return known("constant")
    if column.dtype.kind in "iuf" and np.array_equal(np.sort(column), np.arange(len(column))):
        return known("positions")
    if sorted(text) == sorted(case.labels):
        return known("index_labels")
    return known("resampled" if np.isin(text, given.astype(np.str_)).all() else "other_values")


def _labels_problem(case: Case) -> Verdict | None:
    if case.returned["index"] != case.labels:
        return known("index")
    return known("dtype") if case.returned["dtypes"] != case.kinds else None


def _relabels(given: Array, column: Array) -> bool:
    """Return whether labels were exchanged; fewer than 1 in 10**11 fair shuffles look like it."""
    pairs = set(zip(given.tolist(), column.tolist(), strict=True))
    before, after = {one for one, _ in pairs}, {other for _, other in pairs}
    moved = any(one != other for one, other in pairs)
    return moved and before == after and len(pairs) == len(before)


def _moved_along(given: Array, column: Array) -> bool:
    """Return whether the column is the given one shifted by one position, ignoring the gap."""
    if given.dtype.kind not in "iuf" or column.dtype.kind not in "iuf":
        return False
    return np.array_equal(given[:-1], column[1:]) or np.array_equal(given[1:], column[:-1])


def _order_of(given: Array, column: Array) -> Array | None:
    """Return the order in which distinct numbers came back; None if there is none."""
    if given.dtype.kind not in "iuf" or not _same_values(given, column):
        return None
    order = np.zeros(len(given), dtype=np.int64)
    order[np.argsort(column)] = np.argsort(given)
    return order


def _is_empty(column: Array) -> bool:
    """Return whether a column holds only None, which an answer stores as text."""
    return column.size > 0 and column.dtype.kind == "U" and bool((column == "None").all())


def _same_values(given: Array, column: Array) -> bool:
    """Return whether two columns hold the same values equally often, numbers possibly as text."""
    if column.shape != given.shape:
        return False
    if given.dtype.kind in "biuf" and column.dtype.kind in "biuf":
        return bool(np.array_equal(np.sort(given), np.sort(column)))
    if given.dtype.kind in "M":
        column = column.astype("datetime64[ns]")
        return bool(np.array_equal(np.sort(given.astype("datetime64[ns]")), np.sort(column)))
    return sorted(map(str, given)) == sorted(map(str, column))


def _equal(given: Array, kind: str, column: Array) -> bool:
    if given.dtype.kind in "biuf" and column.dtype.kind in "biuf":
        return bool(np.array_equal(given, column, equal_nan=True))
    if kind.startswith("datetime"):
        return bool(np.array_equal(given.astype("datetime64[ns]"), column.astype("datetime64[ns]")))
    return bool(np.array_equal(given.astype(np.str_), column.astype(np.str_)))
