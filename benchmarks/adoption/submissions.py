"""Four submissions that are made of an assignment's source and its student version."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from benchmarks.adoption.layout import Handed

MADE = ("solved", "untouched", "half", "raises")
RAISES = "raise RuntimeError('on purpose')"
# Lines around solutions, in nbgrader's style and the lesson's.
_MARKERS = re.compile(r"^.*#+\s*(BEGIN|END) SOLUTION.*\n?", re.MULTILINE)


def made_of(source: NotebookNode, released: NotebookNode) -> dict[str, NotebookNode]:
    """Make the submissions of a notebook, by student.

    Args:
        source: The instructor's notebook.
        released: Its student version.
    """
    answers = {
        cell.metadata.nbgrader.grade_id: _MARKERS.sub("", cell.source)
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    solved = _filled(released, answers)
    some = dict(list(answers.items())[::2])
    made = (solved, released, _filled(released, some), _raising(solved, answers))
    return dict(zip(MADE, made, strict=True))


def hand_in(course: Path, assignment: str, handed: Iterable[Handed]) -> None:
    """Put submissions in a course folder in which the assignment is released."""
    source, released = course / "source" / assignment, course / "release" / assignment
    for student in MADE:
        shutil.copytree(released, course / "submitted" / student / assignment)
    for path in released.glob("*.ipynb"):
        made = made_of(
            *(nbformat.read(one / path.name, as_version=4) for one in (source, released))
        )
        for student, nb in made.items():
            nbformat.write(nb, course / "submitted" / student / assignment / path.name)
    for one in handed:
        for inside, path in one.files.items():
            target = course / "submitted" / one.student / assignment / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _filled(released: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    nb = copy.deepcopy(released)
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]
    return nb


def _raising(solved: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    nb = copy.deepcopy(solved)
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and about.get("grade_id") in answers:
            cell.source = f"{RAISES}\n{cell.source}"
            break
    return nb
