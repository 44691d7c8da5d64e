"""A student's function that never ends, with either of the two kernels the first to be stopped."""

from __future__ import annotations

import logging
from contextlib import ExitStack

import pytest

from proctor.execution.outside import RECORD, OutsideTests, TestSetting
from proctor.execution.session import Limits, open_session
from proctor.sandbox.host.options import Sandbox, warm_server
from proctor.submission.test_plan import TestMode, TestPlan

pytestmark = pytest.mark.sandbox

LOG = logging.getLogger(__name__)
CHECKS = """
import sys
from types import ModuleType
from proctor.checks.check import Verdict, check
@check("ends", cell="UNQ_C1")
def ends(student, rng):
    return Verdict(float(student.endless() is None), "It ends.")
module = ModuleType("told")
module.ends = ends
sys.modules["told"] = module
"""
SOONER = [pytest.param(1, 4, id="student-first"), pytest.param(4, 1, id="test-first")]


@pytest.fixture
def opened(serve, plan_of, no_files, kind):
    """Open both sides of a notebook with one test, each with its own limit on a cell's seconds."""
    # A server has one notebook at a time.
    server, other = serve(kind=kind), warm_server(plan_of(kind=kind), purpose="tests")
    resources = Sandbox().limits()
    setting = TestSetting(
        TestPlan(tests={"t": 1}, student=("endless",)),
        {"t": TestMode(outside=True, reason=RECORD)},
        lambda: other,
        "told",
    )

    def sides(stack, student_seconds, test_seconds):
        limits = Limits(cell_seconds=test_seconds)
        tests = stack.enter_context(OutsideTests(setting, limits, resources))
        slot = stack.enter_context(server.notebook(no_files, resources))
        slot.link = tests.students_end
        limits = Limits(cell_seconds=student_seconds)
        session = stack.enter_context(open_session(slot, limits=limits, log=LOG))
        return tests, session

    return sides


@pytest.mark.parametrize(("student", "test"), SOONER)
def test_a_check_of_a_function_that_never_ends_has_run_too_long(opened, student, test):
    with ExitStack() as stack:
        tests, session = opened(stack, student, test)
        session.run("def endless():\n    while True: pass")
        run, failure, _ = tests.run("t", CHECKS, session)
        assert failure is None, (run, failure)
        outcome = tests.check("t", "ends", 1, session)
        assert outcome.timed_out, outcome
        session.run("def endless(): pass")
        assert tests.check("t", "ends", 1, session).verdict.score == 1


@pytest.mark.parametrize(("student", "test"), SOONER)
def test_a_test_of_a_function_that_never_ends_has_run_too_long(opened, student, test):
    with ExitStack() as stack:
        tests, session = opened(stack, student, test)
        session.run("def endless():\n    while True: pass")
        run, failure, lost = tests.run("t", "assert endless() is None", session)
        assert run.timed_out, (failure, lost)
        session.run("def endless(): pass")
        run, failure, lost = tests.run("t", "assert endless() is None", session)
        assert (run.error, failure, lost) == (None, None, None)
