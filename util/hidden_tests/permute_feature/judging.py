"""The verdict on exercise 3: each frame as it should be, and the order random."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.contract import Verdict
from proctor.packet import Packet
from util.hidden_tests import orders as fair
from util.hidden_tests.permute_feature.frames import Case, frame_problem
from util.hidden_tests.permute_feature.mistakes import known
from util.hidden_tests.permute_feature.posing import LONG, PAIR

Array = npt.NDArray[Any]

_MANY = 0.05
"""Share of the values that stay from which on the mistake is that too few move."""


def judge(challenge: Packet, answer: Packet) -> Verdict:
    """Pass when each frame came back right and the order is fairly random.

    A fair shuffle is refused for fewer than one student in 10**8: each of the four statistics of
    the many rows refuses it with probability 1e-9, and each of two rows' orders is missing in 32
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
    """The orders that the calls made of a column; None where values were lost or exchanged."""
    if values.shape != (trial["repeats"], trial["rows"]) or not fair.are_orders(values):
        return None
    return np.asarray(np.argsort(column)[values.astype(np.int64)])


def _fixed_problem(column: Array, orders: Array) -> Verdict | None:
    """Whether the order is laid down: by the column itself, or by a seed."""
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
    # Where next to nothing moves, two calls may well do the same by chance.
    if fair.any_repeated(orders) and not fair.too_many_stay(np.unique(orders, axis=0)):
        return known("same_order")
    return None


def _chance_problem(orders: Array) -> Verdict | None:
    # Pieces that are moved as a whole leave some values where they were, too; and values that
    # stay keep their neighbours. What there is more of by far came first.
    if fair.too_many_neighbours(orders) and fair.neighbours(orders) > 2 * fair.staying(orders):
        return known("neighbours")
    if fair.too_many_stay(orders):
        # A row or two that never move are an order that depends on the place.
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
