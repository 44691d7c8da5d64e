"""Where receipts lie, and whether they still stand."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Sequence
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.bundle.manifest import Contents
from proctor.results import RECEIPT_SUFFIX, Receipt

_ATTENTION = ".needs_attention"
"""Folder in the autograded folder for receipts of submissions that gave no notebook."""


def stored_receipts(
    coursedir: CourseDirectory,
    *,
    assignment: str,
    student: str,
    names: Sequence[str],
) -> list[Receipt]:
    """The receipts that an earlier run left for a submission, in order of notebooks.

    One that can't be read is none: the submission is then graded again.

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
    """The same for the assignment that a bundle is of."""
    names = list(contents.notebooks)
    return stored_receipts(coursedir, assignment=contents.assignment, student=student, names=names)


def students_set_aside(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Students of whose submission there is a receipt, but no graded notebook."""
    root = Path(coursedir.root) / coursedir.autograded_directory / _ATTENTION
    return sorted(folder.parent.name for folder in root.glob(f"*/{glob.escape(assignment)}"))


def attention_receipts(coursedir: CourseDirectory, assignment: str, student: str) -> list[Receipt]:
    """The receipts of a submission that gave no notebook, in order of notebooks' names."""
    folder = attention_folder(coursedir, assignment, student)
    found = [read_receipt(path) for path in sorted(folder.glob(f"*{RECEIPT_SUFFIX}"))]
    return [receipt for receipt in found if receipt is not None]


def is_complete(folder: Path, receipts: Sequence[Receipt]) -> bool:
    """Whether the graded notebooks are those that their receipts speak of."""
    return all(
        not receipt.origin.graded or _hash(folder / receipt.notebook) == receipt.origin.graded
        for receipt in receipts
    )


def graded_folder(coursedir: CourseDirectory, assignment: str, student: str) -> Path:
    """The folder where nbgrader keeps a graded submission."""
    return Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))


def attention_folder(coursedir: CourseDirectory, assignment: str, student: str) -> Path:
    """Our folder for the receipts of a submission that could not be graded."""
    root = Path(coursedir.root) / coursedir.autograded_directory / _ATTENTION
    return root / student / assignment


def _receipts_in(folder: Path, names: Sequence[str]) -> list[Receipt]:
    # By name, not by pattern: files of a submission are copied along, receipts it brought too.
    paths = [folder / f"{name}{RECEIPT_SUFFIX}" for name in names]
    return [receipt for path in paths if (receipt := read_receipt(path)) is not None]


def read_receipt(path: Path) -> Receipt | None:
    """A receipt; one that can't be read is none."""
    try:
        return Receipt.from_json(path.read_text())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
