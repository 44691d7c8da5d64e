"""What is told of random generators' states."""

from __future__ import annotations

import random

import numpy as np
import pytest

from proctor.remote.randomness import RandomState


@pytest.fixture
def told():
    """What is told once the current state is known."""
    np.random.seed(1)
    state = RandomState()
    assert state.send().keys() == {"python", "numpy"}
    assert state.send() == {}
    return state.send


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (random.random, "python"),
        (lambda: random.seed(2), "python"),
        (np.random.rand, "numpy"),
        (lambda: np.random.seed(2), "numpy"),
        (lambda: np.random.bytes(4 * 624), "numpy"),
        (lambda: np.random.set_state(np.random.RandomState(3).get_state()), "numpy"),
    ],
)
def test_a_draw_is_told_once(told, draw, name):
    draw()
    assert told().keys() == {name}
    assert told() == {}


def test_the_second_of_two_normal_numbers_is_told(told):
    np.random.randn()
    assert told()["numpy"][3] == 1
    assert told() == {}
    np.random.randn()
    # Nothing but the kept number is gone.
    assert told()["numpy"][3] == 0
    assert told() == {}


def test_what_was_received_is_not_told_again(told):
    np.random.randn()
    other = RandomState()
    other.send()
    np.random.rand(5)
    other.receive(told())
    assert other.send() == {}


def test_a_generator_of_another_kind_is_not_told_of(told):
    before = np.random.get_bit_generator()
    np.random.set_bit_generator(np.random.PCG64(1))
    try:
        np.random.rand()
        assert told() == {}
    finally:
        np.random.set_bit_generator(before)
    np.random.rand()
    assert told().keys() == {"numpy"}
