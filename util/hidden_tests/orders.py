"""Statistical tests of whether orders come from a fair shuffle.

An order describes a permutation of a column: for each position, the position that its value came
from. A fair shuffle makes every order equally likely. The number of values that stay in place then
has the factorial moments of a Poisson distribution of mean 1 (Montmort's matching problem; Feller,
"An Introduction to Probability Theory and Its Applications", volume 1, IV.4), and so has, nearly,
the number of neighbours that stay neighbours (successions; Riordan, "Combinatorial Identities").
Over independent calls both add up to Poisson variables.

These counts detect shuffles that move too little, or that cut the column in pieces. They do not
detect the well-known shuffle that exchanges every position with *any* position (Knuth, "The Art of
Computer Programming", volume 2, 3.4.2; its bias: Goldstein and Moews, "The identity is the most
likely exchange shuffle for large n", 2003), in which a value's new position depends on its old one.
A chi-squared statistic of blocks of positions detects it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

# Not scipy.stats, whose import takes longer than all of a grader's other imports.
from scipy.special import chdtrc, pdtr, pdtrc

Array = npt.NDArray[Any]

CHANCE = 1e-9
"""Probability with which each of these tests rejects a fair shuffle."""

_BLOCKS = 4


def are_orders(orders: Array) -> bool:
    """Return whether each row of (orders, rows) holds each position once."""
    places = np.arange(orders.shape[1])
    return bool((np.sort(orders, axis=1) == places).all())


def all_rotations(orders: Array) -> bool:
    """Return whether each order moves all values by the same number of positions, cyclically."""
    steps = (orders - np.arange(orders.shape[1])) % orders.shape[1]
    return bool((steps == steps[:, :1]).all())


def any_repeated(orders: Array) -> bool:
    """Return whether an order occurs twice; with 14 rows or more that is no coincidence."""
    return len({order.tobytes() for order in np.ascontiguousarray(orders)}) < len(orders)


def staying(orders: Array) -> int:
    """Count the values that stay in place, over all orders."""
    return int((orders == np.arange(orders.shape[1])).sum())


def neighbours(orders: Array) -> int:
    """Count the neighbours that stay neighbours, in either direction, whichever has more."""
    steps = np.diff(orders, axis=1)
    return max(int((steps == 1).sum()), int((steps == -1).sum()))


def too_many_stay(orders: Array) -> bool:
    """Return whether more values stay in place than in a fair shuffle."""
    return _poisson_tail(staying(orders), len(orders)) <= CHANCE


def too_few_stay(orders: Array) -> bool:
    """Return whether fewer values stay in place than in a fair shuffle."""
    return bool(pdtr(staying(orders), len(orders)) < CHANCE)


def too_many_neighbours(orders: Array) -> bool:
    """Return whether more neighbours stay neighbours, in one direction, than in a fair shuffle."""
    return _poisson_tail(neighbours(orders), len(orders)) <= CHANCE / 2


def displacement(orders: Array) -> float:
    """Chi-squared statistic of the new positions of the values of each block of positions.

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
    """Return whether a value's new position depends on its old one."""
    return bool(chdtrc((_BLOCKS - 1) ** 2, displacement(orders)) < CHANCE)


def _poisson_tail(count: int, mean: float) -> float:
    """Probability that a Poisson variable is at least ``count``."""
    return float(pdtrc(count - 1, mean)) if count else 1.0
