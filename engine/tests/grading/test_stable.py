"""Which tests stay outside; the runs are made up."""

from __future__ import annotations

import pytest

from engine.tests import coursework
from proctor.grading.absent import FailedCell
from proctor.grading.stable import TrialRun, stable_modes
from proctor.results import ExerciseResult
from proctor.submission.test_plan import TestMode

CELLS = {
    "values": ("locked", "values = [1, 2]"),
    "mean": ("solution", "import numpy as np\nmean = np.mean(values)"),
    "mean-test": ("test", "assert mean == 1.5\nlimit = 3"),
    "other": ("solution", "def f(x): return np.abs(x)"),
    "other-test": ("test", "assert f(-2) == 2"),
    "capped": ("solution", "capped = min(mean, limit)"),
    "capped-test": ("test", "assert capped == 1.5"),
}
TESTS = ("mean-test", "other-test", "capped-test")


def ran(lost=(), failed=()):
    """A run in which some tests are lost, and some cells raise an exception."""
    cells = {name: coursework.cell(name, *about) for name, about in CELLS.items()}
    results = {
        test: ExerciseResult(test, "", float(test not in lost), 1, status, "")
        for test in TESTS
        for status in ["failed" if test in lost else "passed"]
    }
    return TrialRun(results, cells, {}, (), tuple(FailedCell(name, "", "") for name in failed))


def outside(modes):
    return [test for test, mode in modes.items() if mode.outside]


@pytest.fixture
def stable():
    """Find the tests that stay outside, where runs depend on which tests are outside."""

    def find(run, modes=None):
        modes = modes or {test: TestMode(outside=True) for test in TESTS}
        asked = []

        def again(tried):
            asked.append(outside(tried))
            return run(outside(tried))

        found = stable_modes(modes, again, ran(), run(list(TESTS)))
        return found, asked

    return find


def test_all_stay_outside_where_nothing_is_lost_and_nothing_is_run_again(stable):
    found, asked = stable(lambda out: ran())
    assert outside(found) == [*TESTS]
    assert asked == []


def test_a_test_that_a_cell_of_the_notebook_needs_goes_into_the_kernel(stable):
    # The test passes all the same: what it compares with is left over from a test.
    found, asked = stable(lambda out: ran(failed=["capped"] if "mean-test" in out else ()))
    assert outside(found) == ["other-test", "capped-test"]
    assert "a later cell of the notebook" in found["mean-test"].reason
    assert asked == [["other-test", "capped-test"]]


def test_what_fails_in_the_kernel_too_is_nothing_lost(stable):
    run = ran(failed=["other"])
    modes = {test: TestMode(outside=True) for test in TESTS}
    assert outside(stable_modes(modes, lambda _: run, run, run)) == [*TESTS]


def test_a_test_in_the_kernel_takes_those_with_it_that_it_has_to_do_with(stable):
    modes = {test: TestMode(outside=test != "capped-test") for test in TESTS}
    lost = {"lost": ["capped-test"]}
    found, _ = stable(lambda out: ran(**(lost if "mean-test" in out else {})), modes)
    assert outside(found) == ["other-test"]
    assert "a later test" in found["mean-test"].reason


def test_where_nothing_tells_why_all_before_go(stable):
    modes = {test: TestMode(outside=test != "capped-test") for test in TESTS}
    found, _ = stable(lambda out: ran(lost=["capped-test"] if out else ()), modes)
    assert outside(found) == []


def test_a_test_outside_that_needs_one_in_the_kernel_goes_there(stable):
    modes = {test: TestMode(outside=test != "mean-test") for test in TESTS}
    found, _ = stable(lambda out: ran(lost=["capped-test"] if "capped-test" in out else ()), modes)
    assert outside(found) == ["other-test"]
    assert found["capped-test"].reason == "it needs what a test that is judged in the kernel leaves"
