"""Whatever is killed at whatever moment: run again, and every submission is graded exactly once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import threading
from pathlib import Path

import psutil
import pytest
from nbgrader.api import Gradebook

from engine.tests.grading import fake_grading
from engine.tests.grading.fake_grading import SECONDS
from proctor.grading.lock import NAME
from proctor.results import Receipt

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

MODULE = fake_grading.__name__
STUDENTS = [f"s-{number}" for number in range(80)]


@pytest.fixture(scope="module")
def undisturbed(released, warm, tmp_path_factory):
    """A class that was graded without a disturbance."""
    folder = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(released, folder)
    # One secret for all copies, so that all get the same challenges.
    (folder / ".proctor_secret").write_text("0123456789abcdef" * 4 + "\n")
    for student in STUDENTS:
        place = folder / "submitted" / student / "tiny"
        place.mkdir(parents=True)
        (place / "exercise.ipynb").write_text(student)
    untouched = folder.parent / "untouched"
    shutil.copytree(folder, untouched)
    done = warm.run(MODULE, folder, "tiny")
    assert done.returncode == 0, done.stderr
    return untouched, verdicts(folder)


@pytest.fixture
def class_(undisturbed, tmp_path, monkeypatch):
    """A copy of the class before it is graded, and a folder for all temporary files."""
    shutil.copytree(undisturbed[0], tmp_path / "course")
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    return tmp_path / "course", temporary


def verdicts(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.glob("autograded/*/tiny/*.receipt.json"))
    return {
        path.parent.parent.name: Receipt.from_json(path.read_text()).verdicts().encode()
        for path in found
    }


def receipts_in(folder: Path) -> int:
    return len(list(folder.glob("autograded/*/tiny/*.receipt.json")))


def wait_for(folder: Path, receipts: int, process: int) -> None:
    """Wait until so many submissions are graded."""
    running = psutil.Process(process)
    while running.status() != psutil.STATUS_ZOMBIE and receipts_in(folder) < receipts:
        threading.Event().wait(0.001)


def check(folder: Path, wanted: dict[str, bytes]) -> None:
    assert verdicts(folder) == wanted
    with sqlite3.connect(folder / "gradebook.db") as connection:
        for table in ("submitted_assignment", "submitted_notebook"):
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert count == len(STUDENTS), table
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        scores = {s.student_id: s.score for s in gradebook.assignment_submissions("tiny")}
    receipts = {path.parent.parent.name: path for path in folder.glob("autograded/*/tiny/*.json")}
    for student, path in receipts.items():
        assert scores[student] == Receipt.from_json(path.read_text()).score
    leftover = [p for p in folder.rglob(".*") if p.name.startswith((".exercise", ".part"))]
    assert leftover == []


@pytest.mark.slow
def test_the_grader_killed_at_random_moments(class_, undisturbed, warm):
    folder, temporary = class_
    draw, kills = random.Random(20), 0
    for more in (0, 1, 5, 0, 2, 3, 0, 1, 4, 0, 7, 1):
        if receipts_in(folder) > len(STUDENTS) // 2:
            # The machine is fast: the next one might be done before it is ended.
            break
        process = warm.begin(MODULE, folder, "tiny")
        wait_for(folder, receipts_in(folder) + more, process)
        # Somewhere within the next submission, or while the run is being prepared: the moment is
        # meant to be a random one, and nothing is waited for here.
        threading.Event().wait(draw.uniform(0, 0.03 if more else 25 * SECONDS))
        os.kill(process, signal.SIGKILL)
        warm.wait(process)
        kills += 1
    assert kills >= 4
    assert 6 < receipts_in(folder) < len(STUDENTS)
    done = warm.run(MODULE, folder, "tiny")
    assert done.returncode == 0, done.stderr
    check(folder, undisturbed[1])
    assert list(temporary.iterdir()) == []
    again = warm.run(MODULE, folder, "tiny")
    assert f"{len(STUDENTS)} of {len(STUDENTS)}: graded before, and unchanged" in again.stderr


@pytest.mark.slow
def test_the_grader_of_several_workers_killed_in_the_middle(class_, undisturbed, warm):
    folder, temporary = class_
    process = warm.begin(MODULE, folder, "tiny", "--jobs=2")
    wait_for(folder, 3, process)
    family = psutil.Process(process).children(recursive=True)
    os.kill(process, signal.SIGKILL)
    warm.wait(process)
    # Workers see that their grader is gone, and end.
    assert psutil.wait_procs(family, timeout=60)[1] == []
    # The lock's file is still there, and holds nobody back.
    assert (folder / NAME).read_text() != ""
    done = warm.run(MODULE, folder, "tiny")
    assert done.returncode == 0, done.stderr
    check(folder, undisturbed[1])
    assert list(temporary.iterdir()) == []


def test_ctrl_c_keeps_what_is_done_and_says_so(class_, undisturbed, warm):
    folder, temporary = class_
    process = warm.begin(MODULE, folder, "tiny")
    wait_for(folder, 3, process)
    os.kill(process, signal.SIGINT)
    done = warm.wait(process)
    assert done.returncode == 130, done.stderr
    assert "what is done is kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(temporary.iterdir()) == []
    warm.run(MODULE, folder, "tiny")
    check(folder, undisturbed[1])
