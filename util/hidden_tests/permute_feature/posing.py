"""Challenges of exercise 3: a few frames of many kinds, and two columns permuted repeatedly."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from util.answering.record import Record

Array = npt.NDArray[Any]

PAIR, LONG = {"rows": 2, "repeats": 32}, {"rows": 1250, "repeats": 24}
"""Columns that are permuted repeatedly.

On two rows the original order occurs every other time, so that 32 calls show whether it is left
out. On many rows each single call is informative: how many values stay in place, how many
neighbours stay together, where a value from the top ends up.
"""

_WORDS = ("age", "body mass", "sex", "pulse", "site", "visit", "dose", "score", "group", "flag")
_KINDS = ("int64", "float64", "object", "bool", "category", "datetime64[ns]")
_LEVELS = (
    "none", "trace", "mild", "low", "fair", "middle", "raised", "high", "severe", "top", "peak",
    "past",
)  # fmt: skip
"""Enough labels that exchanging them for each other does not leave all of them unchanged."""

_PERMUTED = ("float64", "int64", "object", "bool")
"""Kind of the permuted column in each frame; numbers come first, because they show most."""


def pose(rng: np.random.Generator) -> Record:
    """Draw frames with columns of every common dtype and an index that is not a range."""
    frames: list[Any] = []
    arrays: dict[str, Any] = {}
    for number in range(len(_PERMUTED)):
        frame, drawn = _draw_frame(rng, number)
        frames.append(frame)
        arrays |= drawn
    trials = [PAIR, LONG]
    for number, trial in enumerate(trials):
        # Not in ascending order, or sorting would look like leaving everything unchanged.
        arrays[f"column{number}"] = rng.permutation(trial["rows"]).astype(np.int64)
    return Record({"frames": frames, "trials": trials}, arrays)


def _draw_frame(rng: np.random.Generator, number: int) -> tuple[dict[str, Any], dict[str, Array]]:
    # Enough rows that no order occurs by chance, not even for a column of a few labels.
    rows = int(rng.integers(24, 33))
    permuted = _PERMUTED[number]
    others = [kind for kind in _KINDS if kind != permuted]
    # All kinds in the first frame; after that, two beside the permuted one are enough.
    around = [str(kind) for kind in rng.permutation(others)[: len(others) if number == 0 else 2]]
    # Neither first nor last, or always taking that column would look correct.
    place = int(rng.integers(1, len(around)))
    kinds = [*around[:place], permuted, *around[place:]]
    names = [str(name) for name in rng.choice(_WORDS, size=len(kinds), replace=False)]
    columns = [{"name": name, "dtype": kind} for name, kind in zip(names, kinds, strict=True)]
    arrays = {
        f"frame{number}_{position}": _draw_column(rng, kind, rows)
        for position, kind in enumerate(kinds)
    }
    arrays[f"index{number}"] = rng.permutation(np.arange(100, 100 + rows))
    return {"columns": columns, "feature": names[place]}, arrays


def _draw_column(rng: np.random.Generator, kind: str, rows: int) -> Array:
    """Draw a column; numbers are distinct, labels and booleans occur about equally often."""
    if kind == "int64":
        return rng.choice(np.arange(200, 1000), size=rows, replace=False).astype(np.int64)
    if kind == "float64":
        # Millionths, drawn as integers without replacement: all are distinct.
        return np.asarray(rng.choice(4_000_000, size=rows, replace=False) / 1e6 - 2)
    if kind == "bool":
        return np.asarray(rng.permutation(rows) % 2, dtype=np.bool_)
    if kind == "datetime64[ns]":
        days = rng.integers(0, 10_000, size=rows).astype("timedelta64[D]")
        return np.asarray(np.datetime64("1995-01-01", "ns") + days.astype("timedelta64[ns]"))
    return np.array(_LEVELS)[rng.permutation(rows) % len(_LEVELS)]
