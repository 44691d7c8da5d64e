"""The class under attack, graded once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.tests.attacks.every import ATTACKS
from engine.tests.attacks.range import Range, attacked
from engine.tests.sandboxes import skip_where_missing
from proctor.sandbox.shared.strength import problem_with


@dataclass
class Aftermath:
    """What there is to look at afterwards."""

    kind: str
    range: Range
    done: subprocess.CompletedProcess
    before: dict[str, str]
    scratch: Path
    tasks: list[int]


@contextmanager
def counting_tasks() -> Iterator[list[int]]:
    """Count the processes and threads of the whole machine, ten times a second."""
    counts, done = [], threading.Event()

    def count():
        counts.append(int(Path("/proc/loadavg").read_text().split()[3].split("/")[1]))

    def watch():
        while not done.wait(0.1):
            count()

    count()
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield counts
    finally:
        done.set()
        thread.join()


def _kinds() -> Iterator[object]:
    """The strongest sandbox that works here, and the other one among the slow tests."""
    works = [kind for kind in ("namespaces", "confined") if problem_with(kind) is None]
    for kind in ("namespaces", "confined"):
        yield pytest.param(kind, marks=[] if kind in works[:1] else [pytest.mark.slow])


@pytest.fixture(scope="session", params=[*_kinds()])
def aftermath(request, tmp_path_factory) -> Aftermath:
    """Release the tiny course, hand all attacks in, and grade them with ``proctor grade``."""
    kind = request.param
    skip_where_missing(kind)
    root = tmp_path_factory.mktemp("attacked")
    with attacked(root, ATTACKS) as (place, environment), counting_tasks() as tasks:
        before = place.untouched()
        done, feedback = (
            subprocess.run(
                [sys.executable, "-m", "proctor", command, "tiny", *options],
                cwd=place.course,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            # Most of a minute is waiting: more workers than cores, all attacks beside others.
            for command, *options in (("grade", "--jobs=4", f"--sandbox={kind}"), ("feedback",))
        )
        assert feedback.returncode == 0, feedback.stderr
    yield Aftermath(kind, place, done, before, root / "tmp", tasks)
    if not os.environ.get("KEEP_ATTACKED"):
        shutil.rmtree(root, ignore_errors=True)
