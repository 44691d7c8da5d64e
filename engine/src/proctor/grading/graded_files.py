"""Write a graded submission's files to the autograded folder: notebooks first, receipts last.

A receipt shows that its notebook is complete: it holds the notebook's hash, and is written after
it, atomically. Whenever the grader is stopped, the next run can tell what is done.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

from proctor.backends.base import Graded, Unit
from proctor.bundle.load import Contents
from proctor.course_layout import source_folder
from proctor.errors import MACHINE_ERRORS, course_write_errors
from proctor.files.archives import unpack
from proctor.files.atomic import write_text
from proctor.results import RECEIPT_SUFFIX, Receipt

_CONVERTERS = (Autograde, BaseConverter)


def write_graded(coursedir: CourseDirectory, assignment: str, unit: Unit, graded: Graded) -> None:
    """Write a graded submission's notebooks, files and receipts.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        unit: The submission.
        graded: Its result.

    Raises:
        CourseError: The disk is full, or the folder can't be written.
    """
    graded_dir = graded_folder(coursedir, assignment, unit.student)
    attention_dir = attention_folder(coursedir, assignment, unit.student)
    folder, other = (graded_dir, attention_dir) if graded.notebooks else (attention_dir, graded_dir)
    with course_write_errors(folder):
        _empty(other)
        _empty(folder)
        folder.mkdir(parents=True)
        if graded.notebooks:
            graded = _with_own_files(graded_dir, unit, graded)
        for name, blob in graded.notebooks.items():
            _write(folder / f"{name}.ipynb", blob)
        for receipt in graded.receipts:
            name = receipt.notebook.removesuffix(".ipynb") + RECEIPT_SUFFIX
            write_text(folder / name, receipt.to_json())
        if graded.notebooks:
            _set_permissions(coursedir, assignment, unit.student)


def _set_permissions(coursedir: CourseDirectory, assignment: str, student: str) -> None:
    """Give files the rights that the course has set, or that its group needs, as nbgrader does."""
    given = any("permissions" in coursedir.config.get(one.__name__, ()) for one in _CONVERTERS)
    if given or coursedir.groupshared:
        Autograde(coursedir=coursedir, parent=coursedir).set_permissions(assignment, student)


def _with_own_files(folder: Path, unit: Unit, graded: Graded) -> Graded:
    """Unpack the student's own files; invalid file names result in a note, not an error."""
    try:
        if unit.files:
            unpack(unit.files, folder, lambda name: not _is_reserved(name))
    except OSError as error:
        if error.errno in (*MACHINE_ERRORS, errno.EACCES, errno.EPERM):
            raise
        note = f"not all files of the submission could be put beside it: {error.strerror}"
        receipts = tuple(replace(r, notes=(*r.notes, note)) for r in graded.receipts)
        return replace(graded, receipts=receipts)
    return graded


def _is_reserved(name: str) -> bool:
    """Whether a student's file, or a folder above it, has a name reserved for the engine."""
    return any(RECEIPT_SUFFIX in p or p.endswith(".ipynb") for p in PurePosixPath(name).parts)


def _empty(folder: Path) -> None:
    try:
        paths = list(folder.iterdir())
    except FileNotFoundError:
        return
    # Receipts are removed first: without them the rest does not pass for a graded submission.
    for path in paths:
        if path.name.endswith(RECEIPT_SUFFIX) and not path.is_dir():
            path.unlink()
    shutil.rmtree(folder)


def _write(path: Path, blob: bytes) -> None:
    # The folder is new, so no file or link of a student can have this name.
    with path.open("xb") as file:
        file.write(blob)


_ATTENTION = ".needs_attention"
"""Folder in the autograded folder for receipts of submissions without a graded notebook."""


def stored_receipts(
    coursedir: CourseDirectory,
    *,
    assignment: str,
    student: str,
    names: Sequence[str],
) -> list[Receipt]:
    """The receipts that an earlier run wrote for a submission, in order of notebooks.

    A receipt that can't be read is left out, so that the submission is graded again.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        student: The student's id.
        names: The assignment's notebooks.
    """
    return _receipts_in(graded_folder(coursedir, assignment, student), names) or _receipts_in(
        attention_folder(coursedir, assignment, student), names
    )


def receipts_of(coursedir: CourseDirectory, contents: Contents, student: str) -> list[Receipt]:
    """Do the same as `stored_receipts`, for the assignment of a bundle."""
    names = list(contents.notebooks)
    return stored_receipts(coursedir, assignment=contents.assignment, student=student, names=names)


def students_without_notebook(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Students whose submission has a receipt but no graded notebook."""
    root = Path(coursedir.root) / coursedir.autograded_directory / _ATTENTION
    return sorted(folder.parent.name for folder in root.glob(f"*/{glob.escape(assignment)}"))


def students_with_notebook(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Students of whose submission at least one notebook was graded."""
    root = Path(coursedir.root) / coursedir.autograded_directory
    there = root.iterdir() if root.is_dir() else ()
    names = sorted(folder.name for folder in there if not folder.name.startswith("."))
    return [name for name in names if graded_folder(coursedir, assignment, name).is_dir()]


def unrun_receipts(coursedir: CourseDirectory, assignment: str, student: str) -> list[Receipt]:
    """The receipts of a submission's notebooks that were not run, in order of notebooks' names."""
    folder = graded_folder(coursedir, assignment, student)
    if not folder.is_dir():
        return attention_receipts(coursedir, assignment, student)
    sources = source_folder(coursedir, assignment)
    names = sorted(path.stem for path in sources.glob("*.ipynb"))
    found = _receipts_in(folder, names)
    return [one for one in found if not (folder / one.notebook).exists()]


def attention_receipts(coursedir: CourseDirectory, assignment: str, student: str) -> list[Receipt]:
    """The receipts of a submission without a graded notebook, in order of notebooks' names."""
    folder = attention_folder(coursedir, assignment, student)
    found = [read_receipt(path) for path in sorted(folder.glob(f"*{RECEIPT_SUFFIX}"))]
    return [receipt for receipt in found if receipt is not None]


def is_complete(folder: Path, receipts: Sequence[Receipt]) -> bool:
    """Whether the graded notebooks match the hashes in their receipts."""
    return all(
        not receipt.origin.graded or _hash(folder / receipt.notebook) == receipt.origin.graded
        for receipt in receipts
    )


def graded_folder(coursedir: CourseDirectory, assignment: str, student: str) -> Path:
    """The folder in which nbgrader keeps a graded submission."""
    return Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))


def attention_folder(coursedir: CourseDirectory, assignment: str, student: str) -> Path:
    """Our folder for the receipts of a submission that could not be graded."""
    root = Path(coursedir.root) / coursedir.autograded_directory / _ATTENTION
    return root / student / assignment


def _receipts_in(folder: Path, names: Sequence[str]) -> list[Receipt]:
    # By name, not by pattern: a submission's own files are copied here, forged receipts included.
    paths = [folder / f"{name}{RECEIPT_SUFFIX}" for name in names]
    return [receipt for path in paths if (receipt := read_receipt(path)) is not None]


def read_receipt(path: Path) -> Receipt | None:
    """Read a receipt; None if it can't be read."""
    try:
        return Receipt.from_json(path.read_text())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
