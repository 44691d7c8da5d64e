"""The statistics of orders: a fair shuffle passes them, a biased one does not."""

import numpy as np
import pytest
from scipy.stats import chi2, poisson

from util.hidden_tests import orders as fair

NUMBER, ROWS = 24, 1250


def drawn(number, rows, rng):
    """Fair orders."""
    return rng.permuted(np.tile(np.arange(rows), (number, 1)), axis=1)


def exchanged(rng, partners):
    """Orders made by exchanging each place with one of its partners."""
    orders = np.tile(np.arange(ROWS), (NUMBER, 1))
    for order in orders:
        for place, partner in partners(rng):
            order[[place, partner]] = order[[partner, place]]
    return orders


def problems(orders):
    tests = ("too_many_stay", "too_few_stay", "too_many_neighbours", "depend_on_place")
    return [name for name in tests if getattr(fair, name)(orders)]


def test_fair_orders_pass():
    rng = np.random.default_rng(1)
    for _ in range(300):
        orders = drawn(NUMBER, ROWS, rng)
        assert fair.are_orders(orders)
        assert not fair.any_repeated(orders)
        assert not fair.all_rotations(orders)
        assert problems(orders) == []


def test_the_statistics_of_fair_orders_have_the_distributions_that_are_claimed():
    rng = np.random.default_rng(2)
    samples = [drawn(4, 60, rng) for _ in range(4000)]
    staying = np.array([fair.staying(orders) for orders in samples])
    together = np.array([(np.diff(orders, axis=1) == 1).sum() for orders in samples])
    moved = np.array([fair.displacement(orders) for orders in samples])
    assert staying.mean() == pytest.approx(4, abs=0.15)
    assert staying.var() == pytest.approx(4, abs=0.45)
    assert together.mean() == pytest.approx(4 * 59 / 60, abs=0.15)
    assert moved.mean() == pytest.approx(9, abs=0.3)
    assert moved.var() == pytest.approx(18, abs=2)
    assert (moved > chi2.isf(0.01, 9)).mean() == pytest.approx(0.01, abs=0.008)


@pytest.mark.parametrize("number", [1, 3, 24, 100, 1000])
def test_the_thresholds_are_those_of_the_distributions(number, monkeypatch):
    orders = np.zeros((number, 4), int)
    for count in range(3 * number + 40):
        monkeypatch.setattr(fair, "staying", lambda _, count=count: count)
        monkeypatch.setattr(fair, "neighbours", lambda _, count=count: count)
        assert fair.too_many_stay(orders) == (count > poisson.isf(fair.CHANCE, number))
        assert fair.too_few_stay(orders) == (poisson.cdf(count, number) < fair.CHANCE)
        assert fair.too_many_neighbours(orders) == (count > poisson.isf(fair.CHANCE / 2, number))
    for statistic in np.linspace(0, 120, 500):
        monkeypatch.setattr(fair, "displacement", lambda _, statistic=statistic: statistic)
        assert fair.depend_on_place(orders) == (statistic > chi2.isf(fair.CHANCE, 9))


def sattolo(rng):
    return [(place, rng.integers(place)) for place in range(ROWS - 1, 0, -1)]


def anyone(rng):
    return enumerate(rng.integers(ROWS, size=ROWS))


def anyone_from_behind(rng):
    return zip(range(ROWS - 1, -1, -1), rng.integers(ROWS, size=ROWS), strict=True)


def random_pairs(rng):
    return rng.integers(ROWS, size=(ROWS, 2))


BIASED = {
    "too_few_stay": [sattolo],
    "depend_on_place": [anyone, anyone_from_behind],
    "too_many_stay": [random_pairs, lambda rng: rng.integers(ROWS, size=(1, 2))],
}


@pytest.mark.parametrize(
    ("problem", "partners"), [(name, one) for name, some in BIASED.items() for one in some]
)
def test_biased_orders_are_found_each_time(problem, partners):
    rng = np.random.default_rng(3)
    for _ in range(4):
        assert problem in problems(exchanged(rng, partners))


def test_the_bias_of_exchanging_with_anyone_is_far_from_the_threshold():
    """Five standard deviations of the statistic: it is missed for one student in 10**6 at most."""
    rng = np.random.default_rng(4)
    for partners in (anyone, anyone_from_behind):
        found = [fair.displacement(exchanged(rng, partners)) for _ in range(20)]
        assert np.mean(found) - 5 * np.std(found) > chi2.isf(fair.CHANCE, 9)


def test_neighbours_count_either_way_round():
    assert fair.neighbours(np.array([[2, 3, 4, 0, 1]])) == 3
    assert fair.neighbours(np.array([[1, 0, 4, 3, 2]])) == 3
    pieces = np.array([np.roll(np.arange(ROWS), step) for step in range(1, NUMBER + 1)])
    assert fair.too_many_neighbours(pieces)
    assert fair.too_many_neighbours(pieces[:, ::-1])


def test_rotations_and_repeats():
    rotated = np.array([np.roll(np.arange(9), step) for step in (0, 2, 5)])
    assert fair.all_rotations(rotated)
    assert not fair.any_repeated(rotated)
    assert fair.any_repeated(rotated[[0, 1, 0]])
    rotated[1, [0, 1]] = rotated[1, [1, 0]]
    assert not fair.all_rotations(rotated)


@pytest.mark.parametrize("orders", [[[0, 1, 1]], [[0, 1, 3]], [[0, 1, np.nan]]])
def test_what_is_no_order_is_none(orders):
    assert not fair.are_orders(np.array(orders, dtype=float))
    assert fair.are_orders(np.array([[2.0, 0.0, 1.0]]))
