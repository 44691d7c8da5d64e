"""Whether orders are those of a fair shuffle: statistics that biased shuffles can't hide from.

An order is what a permutation did to a column: at each place, the place that its value came from.
A fair shuffle makes every order equally likely. The number of values that stay where they were
then has the factorial moments of a Poisson distribution of mean 1 (Montmort's matching problem;
Feller, "An Introduction to Probability Theory and Its Applications", volume 1, IV.4), and so has,
nearly, the number of neighbours that stay neighbours (Riordan, "Combinatorial Identities"; here
called successions). Over independent calls both add up to Poisson variables.

Shuffles that move too little, or cut the column in pieces, show there at once. The well-known
shuffle that exchanges every place with *any* place does not (Knuth, "The Art of Computer
Programming", volume 2, 3.4.2; its bias: Goldstein and Moews, "The identity is the most likely
exchange shuffle for large n", 2003): where a value ends up depends on where it came from. A
chi-squared statistic of blocks of places shows that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

# Not scipy.stats, whose import takes longer than all else that a grader imports.
from scipy.special import chdtrc, pdtr, pdtrc

Array = npt.NDArray[Any]

CHANCE = 1e-9
"""Probability with which each of these statistics calls a fair shuffle unfair."""

_BLOCKS = 4


def are_orders(orders: Array) -> bool:
    """Whether each row (orders, rows) holds each of the places once."""
    places = np.arange(orders.shape[1])
    return bool((np.sort(orders, axis=1) == places).all())


def all_rotations(orders: Array) -> bool:
    """Whether each order moves all values by the same number of places, round the end."""
    steps = (orders - np.arange(orders.shape[1])) % orders.shape[1]
    return bool((steps == steps[:, :1]).all())


def any_repeated(orders: Array) -> bool:
    """Whether an order came up twice; for orders of 14 rows or more that is no coincidence."""
    return len({order.tobytes() for order in np.ascontiguousarray(orders)}) < len(orders)


def staying(orders: Array) -> int:
    """How many values stayed where they were, over all orders."""
    return int((orders == np.arange(orders.shape[1])).sum())


def neighbours(orders: Array) -> int:
    """How many neighbours stayed neighbours, the one way round or the other, whichever is more."""
    steps = np.diff(orders, axis=1)
    return max(int((steps == 1).sum()), int((steps == -1).sum()))


def too_many_stay(orders: Array) -> bool:
    """Whether more values stay where they were than in a fair shuffle."""
    return _poisson_tail(staying(orders), len(orders)) <= CHANCE


def too_few_stay(orders: Array) -> bool:
    """Whether fewer values stay where they were than in a fair shuffle."""
    return bool(pdtr(staying(orders), len(orders)) < CHANCE)


def too_many_neighbours(orders: Array) -> bool:
    """Whether more neighbours stay neighbours, either way round, than in a fair shuffle."""
    return _poisson_tail(neighbours(orders), len(orders)) <= CHANCE / 2


def displacement(orders: Array) -> float:
    """Chi-squared statistic of where the values of each block of places ended up.

    Under a fair shuffle it has (blocks - 1)**2 degrees of freedom: both margins are fixed, and a
    single order's counts have the covariance of a multinomial's times rows / (rows - 1).
    """
    number, rows = orders.shape
    block = np.arange(rows) * _BLOCKS // rows
    pairs = block * _BLOCKS + block[orders]
    counts = np.bincount(pairs.ravel(), minlength=_BLOCKS**2).reshape(_BLOCKS, _BLOCKS)
    sizes = np.bincount(block)
    likely = number * np.outer(sizes, sizes) / rows
    return float(((counts - likely) ** 2 / likely).sum() * (rows - 1) / rows)


def depend_on_place(orders: Array) -> bool:
    """Whether where a value ends up depends on where it came from."""
    return bool(chdtrc((_BLOCKS - 1) ** 2, displacement(orders)) < CHANCE)


def _poisson_tail(count: int, mean: float) -> float:
    """Probability that a Poisson variable is at least ``count``."""
    return float(pdtrc(count - 1, mean)) if count else 1.0
