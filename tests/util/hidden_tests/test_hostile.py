"""Answers that are as large as a packet may be: no judge takes long over one, or much memory."""

import time
import tracemalloc

import numpy as np
import pytest

from proctor.contract import draw_safely, judge_safely
from proctor.packet import DEFAULT_LIMIT, Packet
from proctor.seeds import generator
from util.hidden_tests import CHECKS

SECONDS, MIB = 5, 256
"""Bounds of processor time and memory; a judge that reads everything takes far more."""

LARGE = {
    "bools": lambda: np.ones(DEFAULT_LIMIT, np.bool_),
    "square of bools": lambda: np.ones((4096, 4096), np.bool_),
    "many axes": lambda: np.ones((2,) * 24, np.bool_),
    "letters": lambda: np.full(DEFAULT_LIMIT // 4, "1"),
    "one long text": lambda: np.array(["1" * (DEFAULT_LIMIT // 4)]),
    "records": lambda: np.zeros(DEFAULT_LIMIT // 8, [("a", "f4"), ("b", "i4")]),
    "bytes": lambda: np.zeros(DEFAULT_LIMIT, "V1"),
    "halves": lambda: np.full(DEFAULT_LIMIT // 2, np.nan, np.float16),
    "complex": lambda: np.zeros(DEFAULT_LIMIT // 16, np.complex128),
    "dates": lambda: np.zeros(DEFAULT_LIMIT // 8, "datetime64[ns]"),
}
LISTS = {
    "numbers": lambda: [1] * (DEFAULT_LIMIT // 4),
    "texts": lambda: ["a"] * (DEFAULT_LIMIT // 6),
    "long text": lambda: "a" * DEFAULT_LIMIT,
    "objects": lambda: [{"title": "a", "maps": [], "category": 1}] * (DEFAULT_LIMIT // 48),
    "deep": lambda: [[[[[[1]]]]]] * (DEFAULT_LIMIT // 20),
}


@pytest.fixture(scope="module")
def honest(sit, student):
    """Challenge and right answer of each exercise."""
    namespace = student("ada")
    found = {}
    for exercise in CHECKS:
        sitting = sit(exercise, namespace, 3)
        assert sitting.verdict.score == 1.0, sitting.verdict
        found[exercise] = sitting.challenge, sitting.answer
    return found


def weighed(function):
    """Return the processor time and the memory that a call takes, in seconds and MiB."""
    tracemalloc.start()
    started = time.process_time()
    try:
        function()
    finally:
        seconds, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return seconds, peak / 2**20


def replaced(data, path, value):
    """Return a JSON value in which a part is another."""
    if not path:
        return value
    if isinstance(data, dict):
        return {**data, path[0]: replaced(data[path[0]], path[1:], value)}
    return [replaced(one, path[1:], value) if n == path[0] else one for n, one in enumerate(data)]


def places(data, path=()):
    """Yield the paths of all parts of a JSON value; of lists, the first two items."""
    parts = data.items() if isinstance(data, dict) else enumerate(data[:2])
    for key, value in parts:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@pytest.mark.parametrize("exercise", CHECKS)
def test_large_arrays_are_no_burden(exercise, honest):
    challenge, answer = honest[exercise]
    check = CHECKS[exercise]
    # The first and the last of each kind of array: names differ by numbers.
    kinds = {name.rstrip("0123456789_"): name for name in answer.arrays}
    for name in kinds.values():
        for kind, make in LARGE.items():
            large = Packet(answer.data, {**answer.arrays, name: make()})
            seconds, mib = weighed(lambda large=large: judge_safely(check, challenge, large))
            assert seconds < SECONDS, (name, kind)
            assert mib < MIB, (name, kind)


@pytest.mark.parametrize("exercise", CHECKS)
def test_large_lists_and_texts_are_no_burden(exercise, honest):
    challenge, answer = honest[exercise]
    check = CHECKS[exercise]
    values = {name: make() for name, make in LISTS.items()}
    for path in places(answer.data):
        for kind, value in values.items():
            large = Packet(replaced(answer.data, path, value), answer.arrays)
            # Without counting memory, which would take long: lists are copied at most.
            started = time.process_time()
            judge_safely(check, challenge, large)
            assert time.process_time() - started < SECONDS, (path, kind)


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_map_is_not_drawn(kind):
    illustration = CHECKS["grad_cam"].illustration
    answer = Packet({}, {"cam0": LARGE[kind]()})
    seconds, mib = weighed(lambda: draw_safely(illustration, illustration.pose(), answer))
    assert seconds < SECONDS
    assert mib < MIB


def test_the_judges_are_the_same_after_it(honest):
    for exercise, (challenge, answer) in honest.items():
        assert judge_safely(CHECKS[exercise], challenge, answer).score == 1.0
        assert CHECKS[exercise].pose(generator(3)).data == challenge.data
