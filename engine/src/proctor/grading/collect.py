"""Read a submission's folder into a unit for a worker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from proctor.backends.base import Unit
from proctor.bundle.load import Contents
from proctor.checks.check import Check
from proctor.errors import SubmissionError
from proctor.seeds import challenge_seeds
from proctor.submission.files import attachments, max_bytes
from proctor.submission.read import check_folder, read_plain_file
from proctor.text import one_line

_LISTED = 5
"""How many other notebooks are named in an error."""


class AssignmentInfo(Protocol):
    """The data on an assignment that is needed to collect a submission or write a receipt."""

    @property
    def contents(self) -> Contents:
        """The bundle's manifest."""

    @property
    def checks(self) -> Mapping[str, Check]:
        """The hidden tests."""

    @property
    def hash(self) -> str:
        """The bundle's hash."""


def collect(
    folder: Path,
    student: str,
    *,
    bundle: AssignmentInfo,
    given: Path,
    secret: bytes,
    fingerprint: str,
) -> Unit:
    """Read a submission; if it can't be read, the unit's ``problem`` gives the reason.

    Args:
        folder: The submission's folder.
        student: The student's id.
        bundle: The assignment that it will be graded with.
        given: The assignment's source folder; the student's versions of its files are left out.
        secret: The course's secret, from which challenges are derived.
        fingerprint: Fingerprint of the folder.
    """
    contents = bundle.contents
    names = list(contents.notebooks)
    limit = max_bytes(int(contents.examine["files_mib"]), int(contents.sandbox["scratch_mib"]))
    try:
        check_folder(folder)
        notebooks = {
            name: read_plain_file(folder / f"{name}.ipynb")
            for name in names
            if (folder / f"{name}.ipynb").exists()
        }
        if not notebooks:
            raise _misnamed(folder, names)
        leave_out = set(contents.examine["course_packages"])
        files = attachments(folder, given, leave_out=leave_out, limit=limit, kept=contents.kept)
    except SubmissionError as error:
        return Unit(student, fingerprint=fingerprint, problem=error.summary)
    except OSError as error:
        return Unit(student, fingerprint=fingerprint, problem=_unreadable(error, folder).summary)
    seeds = challenge_seeds(
        secret,
        contents.seeded(bundle.checks),
        assignment=contents.assignment,
        student=student,
        submission=fingerprint,
    )
    return Unit(student, notebooks, files, seeds, fingerprint)


def _unreadable(error: OSError, folder: Path) -> SubmissionError:
    return SubmissionError(
        f"a file of the submission can't be read ({error.strerror})",
        why="the submission can't be graded without it",
        where=one_line(str(error.filename or folder), 300),
        remedy="give yourself the right to read it, or remove it from the submission",
    )


def _misnamed(folder: Path, names: list[str]) -> SubmissionError:
    found = sorted(path.name for path in folder.glob("*.ipynb"))
    listed = ", ".join(one_line(name, 80) for name in found[:_LISTED])
    return SubmissionError(
        "no submitted notebook has the released name; found: "
        + (listed + (" and others" if len(found) > _LISTED else "") or "no notebook"),
        why="submissions are matched to the assignment by file name",
        where=str(folder),
        remedy=f"rename it to {' or '.join(f'{name}.ipynb' for name in names)}",
    )
