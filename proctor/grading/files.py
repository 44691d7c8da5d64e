"""Put a graded submission's files in their place: notebooks first, receipts last.

A receipt says that its notebook is there and complete: it holds the notebook's hash, and each file
is put in place in one step. Whatever moment the grader is ended at, the next run sees what is done.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.errors import CourseError
from proctor.grading.receipts import attention_folder, graded_folder
from proctor.grading.unit import Graded, Unit
from proctor.replacing import replacing
from proctor.running.results import RECEIPT_SUFFIX


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
    with _clear_errors(folder):
        _empty(other)
        if graded.notebooks:
            _keep_only(place, unit)
        folder.mkdir(parents=True, exist_ok=True)
        for name, blob in graded.notebooks.items():
            _write(folder / f"{name}.ipynb", blob)
        for receipt in graded.receipts:
            name = receipt.notebook.removesuffix(".ipynb") + RECEIPT_SUFFIX
            _write(folder / name, receipt.to_json().encode())


def _keep_only(folder: Path, unit: Unit) -> None:
    """Make the folder hold the student's own files, and nothing of an earlier submission's."""
    _empty(folder)
    folder.mkdir(parents=True)
    if unit.files:
        with tarfile.open(fileobj=BytesIO(unit.files), mode="r:") as tar:
            # Our own tar, of plain files. A receipt among them is none of ours.
            own = [m for m in tar.getmembers() if not m.name.endswith(RECEIPT_SUFFIX)]
            tar.extractall(folder, members=own, filter="data")


def _empty(folder: Path) -> None:
    # The receipts go first: without them nothing of the rest is taken for a graded submission.
    for receipt in folder.glob(f"*{RECEIPT_SUFFIX}"):
        receipt.unlink()
    if folder.is_dir():
        shutil.rmtree(folder)


def _write(path: Path, blob: bytes) -> None:
    with replacing(path) as part:
        part.write_bytes(blob)


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CourseError(
            "Graded submissions are written into the course's folder.",
            found=error.strerror or str(error),
            where=str(error.filename or folder),
            remedy="make room or give yourself the right to write, and grade again: what is done "
            "is kept",
        ) from error
