"""Run an assignment with stock nbgrader or with the engine, and read what came of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from benchmarks.adoption.compare import Place, Score
from benchmarks.adoption.layout import ENGINE, KERNELSPECS, STOCK, Handed
from benchmarks.adoption.submissions import hand_in
from proctor.cli import EXIT_ATTENTION

_SECONDS = 3600
_MOST_SAID = 100_000
_NOT_FOUND = ("ModuleNotFoundError", "FileNotFoundError")
_NAMED = re.compile(r"No module named '([^']+)'|No such file or directory: '([^']+)'")
_COMMANDS = {
    STOCK: (("nbgrader", "generate_assignment", "{}"), ("nbgrader", "autograde", "{}")),
    ENGINE: (("proctor", "release", "{}"), ("proctor", "grade", "{}", "--jobs=1")),
}


@dataclass
class Outcome:
    """What one of the two made of an assignment.

    Attributes:
        release: Its student version; None if the release was refused.
        said: What a command said that failed.
        scores: What the gradebook says.
        notes: What the engine noted of the submissions that were made here, by student.
        lacks: What the solved submission did not find.
    """

    release: Path | None = None
    said: str = ""
    scores: dict[Place, Score] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)


def run(side: str, course: Path, assignment: str, handed: Sequence[Handed]) -> Outcome:
    """Release an assignment, hand in submissions, grade them.

    Args:
        side: `STOCK` or `ENGINE`.
        course: The course folder.
        assignment: Its name.
        handed: Submissions besides those that are made of the source.
    """
    release, grade = _COMMANDS[side]
    outcome = Outcome()
    if said := _run(course, release, assignment):
        outcome.said = said
        return outcome
    outcome.release = course / "release" / assignment
    hand_in(course, assignment, handed)
    outcome.said = _run(course, grade, assignment)
    outcome.scores = _scores(course / "gradebook.db", assignment)
    outcome.notes = _notes(course / "autograded", assignment)
    outcome.lacks = lacks(course / "autograded" / "solved" / assignment)
    return outcome


def _run(course: Path, command: Sequence[str], assignment: str) -> str:
    """Run a command, and return the end of what it says if it fails."""
    # nbgrader starts alembic, which it looks for on the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    known = os.environ.get("JUPYTER_PATH")
    places = [str(course.parent / KERNELSPECS), *([known] if known else [])]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", *(word.format(assignment) for word in command)],
        cwd=course,
        env={**os.environ, "PATH": path, "JUPYTER_PATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    log = course / "logs"
    log.mkdir(exist_ok=True)
    (log / f"{assignment} {command[1]}.txt").write_text(done.stdout + done.stderr)
    fine = done.returncode in (0, EXIT_ATTENTION)
    return "" if fine else (done.stderr.strip() or done.stdout.strip())[-_MOST_SAID:]


def _scores(path: Path, assignment: str) -> dict[Place, Score]:
    with Gradebook(f"sqlite:///{path}") as gradebook:
        try:
            found = gradebook.assignment_submissions(assignment)
        except MissingEntry:
            return {}
        return {
            (submission.student.id, notebook.name, grade.name): Score(
                grade.auto_score, grade.max_score, bool(grade.needs_manual_grade)
            )
            for submission in found
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def lacks(graded: Path) -> list[str]:
    """The modules and files that the cells of graded notebooks did not find."""
    texts = (
        output["evalue"]
        for path in sorted(graded.glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "error" and output["ename"] in _NOT_FOUND
    )
    named = (_NAMED.search(text) for text in texts)
    return sorted({found[1] or found[2] for found in named if found})


def _notes(autograded: Path, assignment: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(autograded.glob(f"*/{assignment}/*.receipt.json")):
        student = path.parent.parent.name
        found.setdefault(student, []).extend(json.loads(path.read_text())["notes"])
    return {student: notes for student, notes in found.items() if notes}
