"""What all workers have in common, on this machine and in a cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.tests.backends.fake_work import BIG, work
from engine.tests.coursework import seeded
from proctor.backends import base
from proctor.backends.inline import in_process
from proctor.errors import CourseError

pytestmark = pytest.mark.programs


def verdicts(done):
    return {one.unit.student: one.graded.receipts[0].verdicts().encode() for one in done}


def test_any_number_of_workers_gives_the_same_verdicts(workers, bundle):
    units = [seeded(f"s-{number}") for number in range(30)]
    with in_process(bundle, work) as alone:
        wanted = verdicts(alone.results(units))
    assert verdicts(workers.results(units)) == wanted
    assert verdicts(workers.results(units[::-1])) == wanted


def test_units_are_drawn_a_few_at_a_time(workers):
    drawn, ahead = [], base.UNITS_PER_WORKER * 2

    def units():
        for number in range(40):
            drawn.append(number)
            yield seeded(f"s-{number}")

    for count, _ in enumerate(workers.results(units()), start=1):
        assert len(drawn) < count + ahead
    assert len(drawn) == 40


def test_a_unit_that_takes_its_workers_with_it_is_set_aside(workers):
    students = ["kills", *(f"s-{number}" for number in range(8))]
    done = {one.unit.student: one for one in workers.results(map(seeded, students))}
    assert set(done) == set(students)
    assert done.pop("kills").graded is None
    assert all(one.graded is not None for one in done.values())


def test_much_output_comes_through(workers):
    (done,) = workers.results([seeded("big")])
    assert len(done.graded.notebooks["exercise"]) == BIG


def test_a_fault_of_the_course_ends_the_run_with_its_words(workers):
    with pytest.raises(CourseError, match="a fault"):
        list(workers.results([seeded("fault")]))


def test_a_fault_that_nobody_foresaw_is_said_clearly(workers):
    with pytest.raises(CourseError, match="nobody foresaw this"):
        list(workers.results([seeded("bug")]))


def test_a_run_that_was_given_up_leaves_nothing_to_the_next(workers):
    results = workers.results(map(seeded, ["fault", "a", "b"]))
    with pytest.raises(CourseError):
        list(results)
    for names in (["c"], ["d", "e"]):
        assert {one.unit.student for one in workers.results(map(seeded, names))} == set(names)


def test_large_units_are_drawn_while_their_bytes_are_few(workers, monkeypatch):
    monkeypatch.setattr(base, "MAX_BYTES_IN_FLIGHT", 2500)
    drawn, sizes = [], [100, 100, 9000, 1000, 1000, 1000, 1000, 100, 5000]

    def units():
        for number, size in enumerate(sizes):
            drawn.append(size)
            yield replace(seeded(f"s-{number}"), notebooks={}, files=b"x" * size)

    done = []
    for one in workers.results(units()):
        # All but the last one drawn are below the limit.
        assert sum(drawn[:-1]) - sum(done) < 2500
        done.append(one.unit.size)
    assert sorted(done) == sorted(sizes)
