"""Work that runs no notebook; workers import it from here.

What a unit does follows from its student's id: ``kills`` takes its worker with it, ``big`` gives
back much, ``slow`` takes a minute, ``tell`` says what its process is like, ``fault`` meets a fault
of the course, and ``bug`` one that nobody foresaw. All others earn points that follow from their
seeds alone.
"""

from __future__ import annotations

import hashlib
import os
import signal
import tempfile
import time

from proctor.backends.base import Graded, Unit
from proctor.bundle.load import OpenBundle
from proctor.errors import CourseError
from proctor.grading.core import server_plan
from proctor.results import ExerciseResult, Origin, Receipt
from proctor.sandbox.host.options import warm_server

BIG = 20_000_000


def work(unit: Unit, bundle: OpenBundle) -> Graded:
    kind = unit.student.split("-")[0]
    if kind == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "slow":
        time.sleep(60)
    if kind == "tell":
        return Graded(unit.student, (), {name: value.encode() for name, value in told().items()})
    if kind == "fault":
        raise CourseError("a fault", why="a reason", where="here", remedy="mend it")
    if kind == "bug":
        raise RuntimeError("nobody foresaw this")
    return graded(unit, bundle)


def told() -> dict[str, str]:
    """What is to be known of a worker's process."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    return {
        "process": str(os.getpid()),
        "session": str(os.getsid(0)),
        "blocked": str(signal.SIGINT in blocked),
        "ignored": str(signal.getsignal(signal.SIGINT) is signal.SIG_IGN),
        "temporary": tempfile.gettempdir(),
    }


def served(unit: Unit, bundle: OpenBundle) -> Graded:
    """Start the fork server that the unit would be run with, and tell of what kind it is."""
    # Imported before, as in all work: where modules are found is different then.
    assert bundle.checks
    server = warm_server(server_plan(bundle), bundle.zygote)
    kind = type(server._handle).__name__
    return Graded(unit.student, (), {kind: str(os.getpid()).encode()})


def graded(unit: Unit, bundle: OpenBundle) -> Graded:
    blob = b"x" * BIG if unit.student.startswith("big") else unit.student.encode()
    results = tuple(
        ExerciseResult(
            id=name,
            cell=check.cell,
            score=float(unit.seeds.get(name, 0) % 5),
            max_score=4.0,
            status="partial",
            message="Fake.",
            test=f"{name}-test",
            seed=f"{unit.seeds.get(name, 0):x}",
        )
        for name, check in bundle.checks.items()
    )
    origin = Origin(
        bundle=bundle.hash,
        submission=unit.fingerprint,
        graded=hashlib.sha256(blob).hexdigest(),
    )
    receipt = Receipt(
        assignment=bundle.contents.assignment,
        notebook="exercise.ipynb",
        exercises=results,
        seconds=0.01,
        origin=origin,
    )
    return Graded(unit.student, (receipt,), {"exercise": blob})
