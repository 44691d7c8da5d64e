"""The verdict on exercise 3: every frame is correct, and the order is random."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests import orders as fair
from util.hidden_tests.permute_feature.frames import Case, frame_problem
from util.hidden_tests.permute_feature.mistakes import known
from util.hidden_tests.permute_feature.posing import LONG, PAIR

Array = npt.NDArray[Any]

_MANY = 0.05
"""Share of values that stay in place above which the mistake is that too few move."""


def judge(challenge: Record, answer: Record) -> Verdict:
    """Pass if every frame came back correct and the order is fairly random.

    A fair shuffle is rejected for fewer than one student in 10**8: each of the four statistics of
    the many rows rejects it with probability 1e-9, and each of two rows' orders is missing in 32
    calls with probability 2**-32.
    """
    for number in range(len(challenge.data["frames"])):
        problem = frame_problem(Case.of(challenge, answer, number))
        if problem is not None:
            return problem
    pair, long = (
        _orders(challenge.arrays[f"column{number}"], answer.arrays[f"orders{number}"], trial)
        for number, trial in enumerate((PAIR, LONG))
    )
    if pair is None or long is None:
        text = "The feature's values are not the same values in another order."
        return Verdict(0.0, text)
    return (
        _fixed_problem(challenge.arrays["column1"], long)
        or _chance_problem(long)
        or _pair_problem(pair)
        or Verdict(1.0, "The feature is shuffled fairly and nothing else changes.")
    )


def _orders(column: Array, values: Array, trial: dict[str, int]) -> Array | None:
    """Return the orders that the calls produced; None if values were lost or replaced."""
    if values.shape != (trial["repeats"], trial["rows"]) or not fair.are_orders(values):
        return None
    return np.asarray(np.argsort(column)[values.astype(np.int64)])


def _fixed_problem(column: Array, orders: Array) -> Verdict | None:
    """Check that the order is not fixed, by the column itself or by a seed."""
    places, ascending = np.arange(orders.shape[1]), np.argsort(column)
    for name, fixed in (
        ("unchanged", [places]),
        ("sorted", [ascending, ascending[::-1]]),
        ("reversed", [places[::-1]]),
    ):
        if any((orders == order).all() for order in fixed):
            return known(name)
    if fair.all_rotations(orders):
        return known("shifted" if (orders == orders[0]).all() else "rotated")
    # If almost nothing moves, two calls may well coincide by chance.
    if fair.any_repeated(orders) and not fair.too_many_stay(np.unique(orders, axis=0)):
        return known("same_order")
    return None


def _chance_problem(orders: Array) -> Verdict | None:
    # Moving whole pieces also leaves some values in place, and values that stay in place keep
    # their neighbours. The far larger count is the cause.
    if fair.too_many_neighbours(orders) and fair.neighbours(orders) > 2 * fair.staying(orders):
        return known("neighbours")
    if fair.too_many_stay(orders):
        # One or two rows that never move mean that the order depends on the position.
        return known("few_moved" if fair.staying(orders) > _MANY * orders.size else "unfair")
    if fair.too_few_stay(orders):
        return known("none_stays")
    if fair.too_many_neighbours(orders):
        return known("neighbours")
    return known("unfair") if fair.depend_on_place(orders) else None


def _pair_problem(orders: Array) -> Verdict | None:
    unchanged = orders[:, 0] == 0
    if not unchanged.any():
        return known("never_unchanged")
    return known("unfair") if unchanged.all() else None
