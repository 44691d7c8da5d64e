"""Put a graded submission's files in their place: notebooks first, receipts last.

A receipt says that its notebook is there and complete: it holds the notebook's hash, is written
after it, and is put in place in one step. Whatever moment the grader is ended at, the next run sees
what is done.
"""

from __future__ import annotations

import errno
import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath

from nbgrader.coursedir import CourseDirectory

from proctor.backends.unit import Graded, Unit
from proctor.errors import MACHINE_ERRORS, into_course
from proctor.files.atomic import write_text
from proctor.files.tar import unpack
from proctor.grading.receipt_files import attention_folder, graded_folder
from proctor.results import RECEIPT_SUFFIX


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
            graded = _with_own_files(place, unit, graded)
        for name, blob in graded.notebooks.items():
            _write(folder / f"{name}.ipynb", blob)
        for receipt in graded.receipts:
            name = receipt.notebook.removesuffix(".ipynb") + RECEIPT_SUFFIX
            write_text(folder / name, receipt.to_json())


def _with_own_files(folder: Path, unit: Unit, graded: Graded) -> Graded:
    """Put the student's own files there; names that can't be files here are no fault of ours."""
    try:
        if unit.files:
            unpack(unit.files, folder, lambda name: not _in_the_way(name))
    except OSError as error:
        if error.errno in (*MACHINE_ERRORS, errno.EACCES, errno.EPERM):
            raise
        note = f"not all files of the submission could be put beside it: {error.strerror}"
        receipts = tuple(replace(r, notes=(*r.notes, note)) for r in graded.receipts)
        return replace(graded, receipts=receipts)
    return graded


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
