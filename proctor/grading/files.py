"""Put a graded submission's files in their place: notebooks first, receipts last.

A receipt says that its notebook is there and complete: it holds the notebook's hash, is written
after it, and is put in place in one step. Whatever moment the grader is ended at, the next run sees
what is done.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from nbgrader.coursedir import CourseDirectory

from proctor.grading.receipts import attention_folder, graded_folder
from proctor.grading.unit import Graded, Unit
from proctor.running.results import RECEIPT_SUFFIX
from proctor.unpacking import unpack
from proctor.writing import into_course


def put_in_place(coursedir: CourseDirectory, assignment: str, unit: Unit, graded: Graded) -> None:
    """Write a graded submission's notebooks, files and receipts.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        unit: What was handed in.
        graded: What became of it.

    Raises:
        CourseError: The disk is full, or the folder can't be written.
    """
    place = graded_folder(coursedir, assignment, unit.student)
    aside = attention_folder(coursedir, assignment, unit.student)
    folder, other = (place, aside) if graded.notebooks else (aside, place)
    with into_course(folder):
        _empty(other)
        _empty(folder)
        folder.mkdir(parents=True)
        if graded.notebooks:
            _put_own_files(place, unit)
        for name, blob in graded.notebooks.items():
            _write(folder / f"{name}.ipynb", blob)
        for receipt in graded.receipts:
            name = receipt.notebook.removesuffix(".ipynb") + RECEIPT_SUFFIX
            part = folder / f".{name}.part"
            _write(part, receipt.to_json().encode())
            part.replace(folder / name)


def _put_own_files(folder: Path, unit: Unit) -> None:
    if unit.files:
        unpack(unit.files, folder, lambda name: not _in_the_way(name))


def _in_the_way(name: str) -> bool:
    """Whether a student's file, or a folder that it is in, has a name that is ours to give."""
    return any(RECEIPT_SUFFIX in p or p.endswith(".ipynb") for p in PurePosixPath(name).parts)


def _empty(folder: Path) -> None:
    try:
        paths = list(folder.iterdir())
    except FileNotFoundError:
        return
    # The receipts go first: without them nothing of the rest is taken for a graded submission.
    for path in paths:
        if path.name.endswith(RECEIPT_SUFFIX) and not path.is_dir():
            path.unlink()
    shutil.rmtree(folder)


def _write(path: Path, blob: bytes) -> None:
    # The folder is new: nothing of a student's has this name, and no link.
    with path.open("xb") as file:
        file.write(blob)
