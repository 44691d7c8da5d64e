"""Read the inputs of a report: grades, receipts and graded notebooks."""

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

from proctor.cell_labels import CellKey, id_labels
from proctor.cells import exercise_marker
from proctor.checks.check import Picture
from proctor.course_layout import feedback_folder
from proctor.execution.scored_outputs import pictures_in
from proctor.exports.grades import Grade, Grades
from proctor.grading.graded_files import graded_folder
from proctor.limited_process import OverBudgetError, ProcessBudget, within
from proctor.reporting.class_report.normalized_code import Code, written_code
from proctor.results import ExerciseResult, Receipt

_BUDGET = ProcessBudget(seconds=120, cpu_seconds=20, mib=1024, max_bytes=32_000_000)
"""Budget for one student's notebooks; ordinary ones take some hundredths of a second."""


@dataclass(frozen=True)
class Work:
    """One student's submission and its results.

    Attributes:
        grade: Grade from the gradebook, with receipts.
        link: Link to the feedback page, relative to the report; empty if there is none.
        maps: Pictures of answers, by notebook and test cell.
        code: The code that the student wrote, by label of the exercise's cell.
        unread: Why maps and code could not be read; usually empty.
    """

    grade: Grade
    link: str = ""
    maps: Mapping[CellKey, Picture] = field(default_factory=dict)
    code: Mapping[str, Code] = field(default_factory=dict)
    unread: str = ""

    @property
    def student(self) -> str:
        """The student's id."""
        return self.grade.person.id

    @property
    def results(self) -> dict[CellKey, ExerciseResult]:
        """Exercise results of all notebooks, by notebook and test cell."""
        return {key: one for receipt in self.grade.receipts for key, one in receipt.by_key.items()}


Given = Mapping[CellKey, str]
"""The released source of cells, by notebook and nbgrader's id."""


def released_code(gradebook: Gradebook, assignment: str) -> dict[CellKey, str]:
    """Return the released source of the cells that nbgrader manages.

    Args:
        gradebook: An open gradebook.
        assignment: Name of a released assignment.
    """
    return {
        CellKey(notebook.name, cell.name): str(cell.source or "")
        for notebook in gradebook.find_assignment(assignment).notebooks
        for cell in notebook.source_cells
    }


def gather(coursedir: CourseDirectory, grades: Grades, given: Given, report: Path) -> list[Work]:
    """Read the submissions of all students, sorted by student id.

    Args:
        coursedir: The course.
        grades: The assignment's grades.
        given: See `released_code`.
        report: Folder of the report.
    """
    in_order = sorted(grades.grades, key=lambda grade: grade.person.id)
    return [_work(coursedir, grades.assignment, grade, given, report) for grade in in_order]


def _work(
    coursedir: CourseDirectory,
    assignment: str,
    grade: Grade,
    given: Given,
    report: Path,
) -> Work:
    student = grade.person.id
    pages = feedback_folder(coursedir, assignment, student)
    folder = graded_folder(coursedir, assignment, student)
    maps, code, unread = _parts(folder, grade.receipts, given)
    # A notebook that was not submitted has no page; a file of that name is not ours.
    ours = [r for r in grade.receipts if r.origin.graded or r.status != "graded"]
    names = [receipt.stem for receipt in ours]
    page = next((p for name in names if (p := pages / f"{name}.html").is_file()), None)
    link = "" if page is None else quote(Path(os.path.relpath(page, report)).as_posix())
    return Work(grade, link, maps, code, unread)


def _parts(
    folder: Path, receipts: Sequence[Receipt], given: Given
) -> tuple[Mapping[CellKey, Picture], Mapping[str, Code], str]:
    """Read pictures and code from a student's graded notebooks, within a budget."""
    graded = [receipt for receipt in receipts if receipt.origin.graded]
    if not graded:
        return {}, {}, ""
    try:
        said = json.loads(within(_BUDGET, lambda: _parsed(folder, graded, given)))
    except OverBudgetError as error:
        return {}, {}, f"its notebook could not be read for this report ({error})"
    maps = {
        CellKey(*key): Picture(title, alt, base64.b64decode(jpeg))
        for key, title, alt, jpeg in said["maps"]
    }
    code = {label: Code(text, tuple(tokens)) for label, (text, tokens) in said["code"].items()}
    return maps, code, ""


def _parsed(folder: Path, graded: Sequence[Receipt], given: Given) -> bytes:
    maps: list[tuple[CellKey, str, str, str]] = []
    code: dict[str, tuple[str, Sequence[str]]] = {}
    names = _marker_labels(given)
    for receipt in graded:
        nb = _read(folder / receipt.notebook)
        if nb is None:
            continue
        for test, one in _maps(nb, receipt.exercises).items():
            jpeg = base64.b64encode(one.jpeg).decode()
            maps.append((CellKey(receipt.stem, test), one.title, one.alt, jpeg))
        released = {key.cell: text for key, text in given.items() if key.notebook == receipt.stem}
        for marker, written in written_code(nb, released).items():
            key = CellKey(receipt.stem, marker)
            code[names.get(key, "/".join(key))] = (written.text, written.tokens)
    return json.dumps({"maps": maps, "code": code}).encode()


def _marker_labels(given: Given) -> dict[CellKey, str]:
    """Labels of the exercises' cells, by notebook and marker."""
    markers = ((key.notebook, exercise_marker(text)) for key, text in given.items())
    return id_labels(CellKey(notebook, marker) for notebook, marker in markers if marker)


def _read(path: Path) -> NotebookNode | None:
    try:
        # Not validated against the schema: the grader wrote the file.
        found: NotebookNode = nbformat.v4.reads(path.read_text())
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return found


def _maps(nb: NotebookNode, results: Sequence[ExerciseResult]) -> dict[str, Picture]:
    """Return the picture of the student's answer for each test judged outside the kernel."""
    ours = {one.test for one in results if one.verdict == "outside"}
    found = {}
    for cell in nb.cells:
        test = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        pictures = list(pictures_in(cell.get("outputs", ()))) if test in ours else []
        if pictures:
            found[test] = pictures[0]
    return found
