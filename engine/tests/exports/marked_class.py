"""A class whose answers are marked by hand in part, in two notebooks with cells of the same ids."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbgrader.api import Gradebook

from proctor.cell_labels import CellKey
from proctor.results import ExerciseResult, HumanPart, Receipt

POINTS = {
    CellKey("m", "t1"): 2.0,
    CellKey("m", "why"): 3.0,
    CellKey("n", "t1"): 5.0,
    CellKey("n", "code"): 1.0,
    CellKey("n", "task1"): 4.0,
}
"""Cells in notebook order: tests, a text, code that is marked by hand, and a task."""

BY_HAND = ("why", "code", "task1")
AUTO = {CellKey("m", "t1"): 2.0, CellKey("n", "t1"): 4.0}
UNSEEN = CellKey("m", "why"), CellKey("n", "code"), CellKey("n", "task1")

MARKS: Mapping[str, Mapping[CellKey, float]] = {
    "ann": {},
    "bob": {UNSEEN[0]: 2.5, UNSEEN[1]: 0.0, UNSEEN[2]: 4.0},
    "cy": {UNSEEN[0]: 1.5},
}
"""What the teacher has marked, by student."""


def make_gradebook(path: Path) -> Gradebook:
    """A gradebook of the class; dee has handed in the first notebook alone, and no answer."""
    book = Gradebook(f"sqlite:///{path}")
    book.add_assignment("h")
    for name in ("n", "m"):
        book.add_notebook(name, "h")
    for key, points in POINTS.items():
        about = {"max_score": points, "cell_type": "markdown"}
        if key.cell in ("t1", "code"):
            about["cell_type"] = "code"
        add = book.add_task_cell if key.cell == "task1" else book.add_grade_cell
        book.add_source_cell(key.cell, key.notebook, "h", cell_type=about["cell_type"])
        add(key.cell, key.notebook, "h", **about)
        if key.cell in ("why", "code"):
            book.add_solution_cell(key.cell, key.notebook, "h")
    for student in (*MARKS, "dee"):
        book.add_student(student)
        book.add_submission("h", student)
        for key in POINTS:
            grade = book.find_grade(key.cell, key.notebook, "h", student)
            grade.auto_score = 0.0 if student == "dee" else AUTO.get(key)
            grade.manual_score = MARKS.get(student, {}).get(key)
            grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
    book.db.commit()
    return book


def receipts_of(student: str) -> list[Receipt]:
    """What the grader has said of a student's notebooks."""
    unseen = 0.0 if student == "dee" else None
    return [
        Receipt(
            "h",
            f"{notebook}.ipynb",
            (ExerciseResult("t1", "", AUTO[test], POINTS[test], "partial", "Told.", test="t1"),),
            human=HumanPart(
                scores={key.cell: unseen for key in UNSEEN if key.notebook == notebook},
                points={key.cell: POINTS[key] for key in UNSEEN if key.notebook == notebook},
            ),
        )
        for notebook, test in (("m", CellKey("m", "t1")), ("n", CellKey("n", "t1")))
    ]
