"""Read what a report is about: grades, receipts and graded notebooks."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from proctor.contract import Picture
from proctor.course_layout import feedback_folder
from proctor.execution.scored_outputs import pictures_in
from proctor.exports.grades import Grade, Grades
from proctor.grading.graded_files import graded_folder
from proctor.limited_process import Budget, OverBudgetError, within
from proctor.reporting.class_report.normalized_code import Code, written_code
from proctor.results import ExerciseResult, Receipt

_BUDGET = Budget(seconds=120, cpu_seconds=20, mib=1024, max_bytes=32_000_000)
"""For one student's notebooks. Honest ones take some hundredths of a second."""


@dataclass(frozen=True)
class Work:
    """What one student handed in, and what became of it.

    Attributes:
        grade: From the gradebook and the receipts.
        link: To the feedback page, as seen from the report; empty where there is none.
        maps: The picture of an answer, by the exercise's id.
        code: What the student wrote, by the exercise's marker.
        unread: Why maps and code could not be read; mostly nothing.
    """

    grade: Grade
    link: str = ""
    maps: Mapping[str, Picture] = field(default_factory=dict)
    code: Mapping[str, Code] = field(default_factory=dict)
    unread: str = ""

    @property
    def student(self) -> str:
        """The student's id."""
        return self.grade.person.id

    @property
    def results(self) -> tuple[ExerciseResult, ...]:
        """Of all notebooks."""
        return tuple(one for receipt in self.grade.receipts for one in receipt.exercises)


def given_code(gradebook: Gradebook, assignment: str) -> dict[str, str]:
    """The released text of the solution cells, by nbgrader's id of the cell.

    Args:
        gradebook: An open gradebook.
        assignment: Name of a released assignment.
    """
    return {
        cell.name: str(cell.source or "")
        for notebook in gradebook.find_assignment(assignment).notebooks
        for cell in notebook.source_cells
    }


def gather(
    coursedir: CourseDirectory, grades: Grades, given: Mapping[str, str], report: Path
) -> list[Work]:
    """Read every student's part, in order of their ids.

    Args:
        coursedir: The course.
        grades: The assignment's.
        given: See `given_code`.
        report: Folder in which the report will lie.
    """
    in_order = sorted(grades.grades, key=lambda grade: grade.person.id)
    return [_work(coursedir, grades.assignment, grade, given, report) for grade in in_order]


def _work(
    coursedir: CourseDirectory,
    assignment: str,
    grade: Grade,
    given: Mapping[str, str],
    report: Path,
) -> Work:
    student = grade.person.id
    pages = feedback_folder(coursedir, assignment, student)
    folder = graded_folder(coursedir, assignment, student)
    maps, code, unread = _parts(folder, grade.receipts, given)
    # A notebook that was not handed in has no page, and a file under its name is not ours.
    ours = [r for r in grade.receipts if r.origin.graded or r.status != "graded"]
    names = [receipt.notebook.removesuffix(".ipynb") for receipt in ours]
    page = next((p for name in names if (p := pages / f"{name}.html").is_file()), None)
    link = "" if page is None else quote(Path(os.path.relpath(page, report)).as_posix())
    return Work(grade, link, maps, code, unread)


def _parts(
    folder: Path, receipts: Sequence[Receipt], given: Mapping[str, str]
) -> tuple[Mapping[str, Picture], Mapping[str, Code], str]:
    """Pictures and code of a student's graded notebooks, read within a budget."""
    graded = [receipt for receipt in receipts if receipt.origin.graded]
    if not graded:
        return {}, {}, ""
    try:
        said = json.loads(within(_BUDGET, lambda: _parsed(folder, graded, given)))
    except OverBudgetError as error:
        return {}, {}, f"its notebook could not be read for this report ({error})"
    maps = {
        name: Picture(title, alt, base64.b64decode(jpeg))
        for name, (title, alt, jpeg) in said["maps"].items()
    }
    code = {name: Code(text, tuple(tokens)) for name, (text, tokens) in said["code"].items()}
    return maps, code, ""


def _parsed(folder: Path, graded: Sequence[Receipt], given: Mapping[str, str]) -> bytes:
    maps: dict[str, Picture] = {}
    code: dict[str, Code] = {}
    for receipt in graded:
        nb = _read(folder / receipt.notebook)
        if nb is not None:
            maps |= _maps(nb, receipt.exercises)
            code |= written_code(nb, given)
    said = {
        "maps": {
            name: (one.title, one.alt, base64.b64encode(one.jpeg).decode())
            for name, one in maps.items()
        },
        "code": {name: (one.text, one.tokens) for name, one in code.items()},
    }
    return json.dumps(said).encode()


def _read(path: Path) -> NotebookNode | None:
    try:
        # Not checked against the schema: it is our own file.
        found: NotebookNode = nbformat.v4.reads(path.read_text())
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return found


def _maps(nb: NotebookNode, results: Sequence[ExerciseResult]) -> dict[str, Picture]:
    """The students' own pictures in test cells that we settled."""
    ours = {one.test: one.id for one in results if one.verdict == "outside"}
    found = {}
    for cell in nb.cells:
        exercise = ours.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        pictures = list(pictures_in(cell.get("outputs", ()))) if exercise else []
        if exercise and pictures:
            found[exercise] = pictures[0]
    return found
