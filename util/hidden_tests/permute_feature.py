"""Exercise 3: one column shuffled, everything else as it was."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from proctor.contract import Verdict
from proctor.packet import Packet
from util.advice import SHUFFLE

Array = npt.NDArray[Any]

_REPEATS, _ROWS = 600, 3
_CHANCE = 1e-9
"""Probability with which a fair shuffle would be called unfair."""

_WORDS = ("age", "body mass", "sex", "pulse", "site", "visit", "dose", "score", "group", "flag")


def pose(rng: np.random.Generator) -> Packet:
    """Draw frames with columns of every common dtype and an index that is not a range."""
    frames, arrays = [], {}
    for number in range(4):
        frame, drawn = _draw_frame(rng, number)
        frames.append(frame)
        arrays |= drawn
    return Packet({"frames": frames, "repeats": _REPEATS, "rows": _ROWS}, arrays)


def judge(challenge: Packet, answer: Packet) -> Verdict:
    """Pass when each frame came back right and the order is fairly random."""
    for number, frame in enumerate(challenge.data["frames"]):
        problem = _frame_problem(challenge, answer, number, frame)
        if problem is not None:
            return problem
    verdict = _order_verdict(answer.arrays["orders"])
    if verdict.misconception == "unchanged" and _sorts(challenge, answer):
        return Verdict(0.0, "The values come back sorted; their order must be random.", "sorted")
    return verdict


def _sorts(challenge: Packet, answer: Packet) -> bool:
    names = [column["name"] for column in challenge.data["frames"][0]["columns"]]
    place = names.index(challenge.data["frames"][0]["feature"])
    given, returned = challenge.arrays[f"frame0_{place}"], answer.arrays[f"returned0_{place}"]
    return not np.array_equal(given, np.sort(given)) and np.array_equal(returned, np.sort(given))


def _frame_problem(
    challenge: Packet, answer: Packet, number: int, frame: dict[str, Any]
) -> Verdict | None:
    said = answer.data["frames"][number]
    names = [column["name"] for column in frame["columns"]]
    feature = names.index(frame["feature"])
    returned = said["returned"]
    # Before the argument: shuffling a column where it lies empties the result and changes both.
    if (
        returned["type"] == "DataFrame"
        and returned["columns"] == names
        and _is_empty(answer.arrays[f"returned{number}_{feature}"])
    ):
        return Verdict(
            0.0, f"The column came back empty: None was put into it. {SHUFFLE}", "emptied"
        )
    argument = [answer.arrays[f"argument{number}_{place}"] for place in range(len(names))]
    if not all(
        _equal(challenge, number, place, argument[place], frame) for place in range(len(names))
    ):
        return Verdict(
            0.0, "The frame that was passed in was changed; work on the copy.", "in_place"
        )
    if returned["type"] != "DataFrame":
        return Verdict(0.0, f"A {str(returned['type'])[:60]} came back, not a DataFrame.", "type")
    if returned["columns"] != names:
        return Verdict(0.0, "The columns are not those of the frame, in their order.", "columns")
    if returned["index"] != [str(label) for label in challenge.arrays[f"index{number}"]]:
        return Verdict(0.0, "The index of the frame changed; only values may move.", "index")
    if returned["dtypes"] != said["argument"]["dtypes"]:
        return Verdict(0.0, "A column's dtype changed; only the order of values may.", "dtype")
    columns = [answer.arrays[f"returned{number}_{place}"] for place in range(len(names))]
    for place in range(len(names)):
        if place != feature and not _equal(challenge, number, place, columns[place], frame):
            text = "Other columns than the given feature changed."
            return Verdict(0.0, text, "other_columns")
    if columns[feature].dtype.kind == "f" and np.isnan(columns[feature]).all():
        text = "The values are lost: assigning a Series aligns it by its index; assign an array."
        return Verdict(0.0, text, "aligned")
    before = np.sort(argument[feature])
    if columns[feature].shape != before.shape or not np.array_equal(
        np.sort(columns[feature]), before
    ):
        text = "The feature's values are not the same values in another order."
        return Verdict(0.0, text, "resampled")
    return None


def _is_empty(column: Array) -> bool:
    """Whether a column holds None alone, which crosses as text."""
    return column.size > 0 and column.dtype.kind == "U" and bool((column == "None").all())


def _equal(
    challenge: Packet, number: int, place: int, column: Array, frame: dict[str, Any]
) -> bool:
    given = challenge.arrays[f"frame{number}_{place}"]
    if given.dtype.kind in "biuf" and column.dtype.kind in "biuf":
        return bool(np.array_equal(given, column, equal_nan=True))
    if frame["columns"][place]["dtype"].startswith("datetime"):
        return bool(np.array_equal(given.astype("datetime64[ns]"), column.astype("datetime64[ns]")))
    return bool(np.array_equal(given.astype(np.str_), column.astype(np.str_)))


def _order_verdict(orders: Array) -> Verdict:
    if orders.shape != (_REPEATS, _ROWS) or not np.array_equal(
        np.sort(orders, axis=1), np.tile(np.arange(_ROWS), (_REPEATS, 1))
    ):
        text = "The feature's values are not the same values in another order."
        return Verdict(0.0, text, "resampled")
    counts = np.array(
        [(orders == order).all(axis=1).sum() for order in itertools.permutations(range(_ROWS))]
    )
    if counts[0] == _REPEATS:
        text = "The values stay where they were; assigning a Series aligns it by its index."
        return Verdict(0.0, text, "unchanged")
    if counts.max() == _REPEATS:
        text = "Every call gives the same order; the order must be random each time."
        return Verdict(0.0, text, "same_order")
    expected = _REPEATS / len(counts)
    statistic = float(((counts - expected) ** 2 / expected).sum())
    if statistic > chi2.isf(_CHANCE, len(counts) - 1):
        text = "Some orders come up far more often than others; each must be equally likely."
        return Verdict(0.0, text, "unfair")
    return Verdict(1.0, "The feature is shuffled fairly and nothing else changes.")


def _draw_frame(rng: np.random.Generator, number: int) -> tuple[dict[str, Any], dict[str, Array]]:
    rows = int(rng.integers(9, 16))
    kinds = ["int64", "float64", "object", "bool", "category", "datetime64[ns]"]
    names = rng.choice(_WORDS, size=len(kinds), replace=False)
    columns = [{"name": str(n), "dtype": kind} for n, kind in zip(names, kinds, strict=True)]
    order = rng.permutation(len(columns))
    columns = [columns[place] for place in order]
    arrays = {
        f"frame{number}_{place}": _draw_column(rng, column["dtype"], rows)
        for place, column in enumerate(columns)
    }
    arrays[f"index{number}"] = rng.permutation(np.arange(100, 100 + rows))
    # Frame by frame another kind of column is permuted, numbers first.
    wanted = ("float64", "int64", "object", "bool")[number]
    feature = next(column["name"] for column in columns if column["dtype"] == wanted)
    return {"columns": columns, "feature": feature}, arrays


def _draw_column(rng: np.random.Generator, kind: str, rows: int) -> Array:
    if kind == "int64":
        return rng.permutation(np.arange(rows)).astype(np.int64)
    if kind == "float64":
        return np.round(rng.normal(size=rows), 6)
    if kind == "bool":
        return np.asarray(rng.integers(0, 2, size=rows), dtype=np.bool_)
    if kind == "datetime64[ns]":
        days = rng.integers(0, 10_000, size=rows).astype("timedelta64[D]")
        return np.asarray(np.datetime64("1995-01-01", "ns") + days.astype("timedelta64[ns]"))
    words = np.array(["low", "middle", "high", "top"])
    # One of each first, so that a column never holds a single word.
    return rng.permutation(np.concatenate([words, rng.choice(words, size=rows - 4)]))
