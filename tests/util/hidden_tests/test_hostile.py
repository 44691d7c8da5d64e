"""Answers of many megabytes: no judge takes long over one, or much memory."""

import time
import tracemalloc

import numpy as np
import pytest

from proctor.seeds import generator
from tests.strength.sitting import EXERCISES
from util.answering.record import Record
from util.hidden_tests import grad_cam, judged

BYTES = 16 * 1024 * 1024

SECONDS, MIB = 5, 256
"""Bounds of processor time and memory; a judge that reads everything takes far more."""

LARGE = {
    "bools": lambda: np.ones(BYTES, np.bool_),
    "square of bools": lambda: np.ones((4096, 4096), np.bool_),
    "many axes": lambda: np.ones((2,) * 24, np.bool_),
    "letters": lambda: np.full(BYTES // 4, "1"),
    "one long text": lambda: np.array(["1" * (BYTES // 4)]),
    "records": lambda: np.zeros(BYTES // 8, [("a", "f4"), ("b", "i4")]),
    "bytes": lambda: np.zeros(BYTES, "V1"),
    "halves": lambda: np.full(BYTES // 2, np.nan, np.float16),
    "complex": lambda: np.zeros(BYTES // 16, np.complex128),
    "dates": lambda: np.zeros(BYTES // 8, "datetime64[ns]"),
}
LISTS = {
    "numbers": lambda: [1] * (BYTES // 4),
    "texts": lambda: ["a"] * (BYTES // 6),
    "long text": lambda: "a" * BYTES,
    "objects": lambda: [{"title": "a", "maps": [], "category": 1}] * (BYTES // 48),
    "deep": lambda: [[[[[[1]]]]]] * (BYTES // 20),
}


@pytest.fixture(scope="module")
def honest(sit, student):
    """Challenge and right answer of each exercise."""
    namespace = student("ada")
    found = {}
    for exercise in EXERCISES:
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


@pytest.mark.parametrize("exercise", EXERCISES)
def test_large_arrays_are_no_burden(exercise, honest):
    challenge, answer = honest[exercise]
    judge = EXERCISES[exercise].judge
    # The first and the last of each kind of array: names differ by numbers.
    kinds = {name.rstrip("0123456789_"): name for name in answer.arrays}
    for name in kinds.values():
        for kind, make in LARGE.items():
            large = Record(answer.data, {**answer.arrays, name: make()})
            seconds, mib = weighed(lambda large=large: judged(judge, challenge, large))
            assert seconds < SECONDS, (name, kind)
            assert mib < MIB, (name, kind)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_large_lists_and_texts_are_no_burden(exercise, honest):
    challenge, answer = honest[exercise]
    judge = EXERCISES[exercise].judge
    values = {name: make() for name, make in LISTS.items()}
    for path in places(answer.data):
        for kind, value in values.items():
            large = Record(replaced(answer.data, path, value), answer.arrays)
            # Without counting memory, which would take long: lists are copied at most.
            started = time.process_time()
            judged(judge, challenge, large)
            assert time.process_time() - started < SECONDS, (path, kind)


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_map_is_not_drawn(kind):
    answer = Record({}, {"cam0": LARGE[kind]()})

    def draw():
        with pytest.raises(ValueError, match="a map of shape"):
            grad_cam.draw(grad_cam.question(), answer)

    seconds, mib = weighed(draw)
    assert seconds < SECONDS
    assert mib < MIB


def test_the_judges_are_the_same_after_it(honest):
    for exercise, (challenge, answer) in honest.items():
        assert judged(EXERCISES[exercise].judge, challenge, answer).score == 1.0
        assert EXERCISES[exercise].pose(generator(3)).data == challenge.data
