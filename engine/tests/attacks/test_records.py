"""What is recorded of a call is recorded where no student code can change it; see `records`."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

import util.hidden_tests
from engine.tests.attacks.records import FORGERIES, code_of
from proctor.checks.load import checks_in
from proctor.remote.checks import run_check
from proctor.remote.link import SocketLink
from proctor.remote.test_side import TestSide
from tests.strength.reference import reference_solutions

pytestmark = pytest.mark.sandbox

CHECKS = checks_in(util.hidden_tests)
NAMES = [forgery.name for forgery in FORGERIES]


@pytest.fixture(scope="module")
def outcome(root):
    """Return a function that runs a check on a notebook's code."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "engine.tests.attacks.forging", str(theirs.fileno())]
    server = subprocess.Popen(command, cwd=root, pass_fds=[theirs.fileno()])
    theirs.close()

    def run(exercise, code, allowed):
        mine, students = socket.socketpair()
        socket.send_fds(ours, [code.encode()], [students.fileno()])
        students.close()
        with mine:
            side = TestSide(SocketLink(mine), hidden=["util.hidden_tests"])
            return run_check(side, CHECKS[exercise], 17, allowed)

    yield run
    ours.close()
    assert server.wait(30) == 0


@pytest.fixture(scope="module")
def uses(outcome):
    """What each check does with the lesson's own solution, which passes."""
    found = {}
    for exercise in {forgery.exercise for forgery in FORGERIES}:
        solved = outcome(exercise, reference_solutions()[exercise], None)
        assert solved["score"] == 1, solved
        found[exercise] = solved["uses"]
    return found


@pytest.mark.parametrize("forged", [False, True], ids=["as it is", "with a forgery"])
@pytest.mark.parametrize("forgery", FORGERIES, ids=NAMES)
def test_a_wrong_solution_earns_nothing(outcome, uses, forgery, forged):
    found = outcome(forgery.exercise, code_of(forgery, forged=forged), uses[forgery.exercise])
    assert found.get("score", 0) == 0, found
    assert "fault" not in found
