"""What tests need of a course: submissions, the command's view of it, and units of work."""

from __future__ import annotations

from pathlib import Path

import nbformat

from proctor.backends.base import Unit
from proctor.bundle.build import Bundle
from proctor.cli.grade import GradeCommand
from proctor.grading.coordinator import Recorded, submitted_students
from proctor.grading.planner import GradeOptions, Step, plan_step
from proctor.grading.prepare import prepare

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


def command(folder: Path, *arguments: str) -> GradeCommand:
    """``proctor grade`` in a course folder, ready to be asked for its parts."""
    GradeCommand.clear_instance()
    app = GradeCommand()
    app.initialize(["tiny", f"--course-dir={folder}", *arguments], root=str(folder))
    return app


def bundle_of(folder: Path, *arguments: str) -> Bundle:
    app = command(folder, *arguments)
    return prepare(app, app.coursedir, "tiny")


def plan(app: GradeCommand, bundle: Bundle, options: GradeOptions = GradeOptions()) -> list[Step]:  # noqa: B008
    """What a run would do, as the command does it."""
    with app.gradebook("tiny") as gradebook:
        recorded = gradebook.recorded()
    return [
        plan_step(
            app.coursedir,
            "tiny",
            student,
            names=list(bundle.contents.notebooks),
            bundle=bundle.hash,
            recorded=recorded.get(student),
            options=options,
        )
        for student in submitted_students(app.coursedir, "tiny")
    ]


def seeded(student: str) -> Unit:
    """A unit whose points follow from its student's id."""
    number = sum(student.encode())
    return Unit(student, seeds={"double": number, "total": number // 7})
