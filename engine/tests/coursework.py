"""What tests need of a course: submissions, the command's view of it, and units of work."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from proctor.backends.base import Unit
from proctor.bundle.build import Bundle
from proctor.cli.grade import GradeCommand
from proctor.grading.changes import changes_of
from proctor.grading.coordinator import Recorded, submitted_students
from proctor.grading.planner import GradeOptions, Step, plan_step
from proctor.grading.prepare import prepare
from proctor.submission.reference_cells import ReferenceCell

NOTEBOOK = "exercise.ipynb"


def hand_in(course: Path, student: str, content: nbformat.NotebookNode | str) -> Path:
    """Put a notebook, or any text, where a student's submission lies."""
    folder = course / "submitted" / student / "tiny"
    folder.mkdir(parents=True)
    path = folder / NOTEBOOK
    if isinstance(content, str):
        path.write_text(content)
    else:
        nbformat.write(content, path)
    return path


class Nobody:
    """Watches nothing."""

    def started(self, student: str) -> None:
        pass

    def finished(self, recorded: Recorded) -> None:
        pass


def cell(grade_id: str, kind: str, source: str, points: float = 1) -> nbformat.NotebookNode:
    """A code cell of nbgrader's.

    Args:
        grade_id: nbgrader's id.
        kind: ``locked``, ``solution`` or ``test``.
        source: Its code.
        points: Of a test.
    """
    made = nbformat.v4.new_code_cell(source)
    made.metadata["nbgrader"] = {
        "grade_id": grade_id,
        "grade": kind == "test",
        "solution": kind == "solution",
        "locked": kind != "solution",
        "task": False,
        "schema_version": 3,
        "cell_type": "code",
        **({"points": points} if kind == "test" else {}),
    }
    return made


def reference_cell(
    grade_id: str, source: str, *, solution: bool = False, grade: bool = False, **more: Any
) -> ReferenceCell:
    """A code cell of the instructor's as the gradebook has it, locked unless it is a solution."""
    about = {"cell_type": "code", "checksum": "c", "task": False, "points": 5.0 if grade else 0.0}
    about |= {"locked": not solution, "solution": solution, "grade": grade, **more}
    return ReferenceCell(grade_id=grade_id, source=source, **about)


def notebook(cells: Iterable[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    """A notebook of these cells, for Python's kernel."""
    nb = nbformat.v4.new_notebook(cells=list(cells))
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb.metadata["kernelspec"] = spec
    return nb


def results(course: Path, assignment: str, students: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the receipts of a graded notebook of the assignment's name say, by student and test."""
    found = {}
    for student in students:
        path = course / "autograded" / student / assignment / f"{assignment}.receipt.json"
        exercises = json.loads(path.read_text())["exercises"]
        found[student] = {one["test"]: one for one in exercises}
    return found


def command(folder: Path, *arguments: str, assignment: str = "tiny") -> GradeCommand:
    """``proctor grade`` in a course folder, ready to be asked for its parts."""
    GradeCommand.clear_instance()
    app = GradeCommand()
    app.initialize([assignment, f"--course-dir={folder}", *arguments], root=str(folder))
    return app


def bundle_of(folder: Path, *arguments: str) -> Bundle:
    app = command(folder, *arguments)
    return prepare(app, app.coursedir, "tiny")


def plan(app: GradeCommand, bundle: Bundle, options: GradeOptions = GradeOptions()) -> list[Step]:  # noqa: B008
    """What a run would do, as the command does it."""
    with app.gradebook("tiny") as gradebook:
        recorded = gradebook.recorded()
    changes = changes_of(app, app.coursedir, bundle)
    return [
        plan_step(
            app.coursedir,
            "tiny",
            student,
            names=list(bundle.contents.notebooks),
            changes=changes,
            recorded=recorded.get(student),
            options=options,
        )
        for student in submitted_students(app.coursedir, "tiny")
    ]


def seeded(student: str) -> Unit:
    """A unit whose points follow from its student's id."""
    number = sum(student.encode())
    return Unit(student, seeds={"double": number, "total": number // 7})
