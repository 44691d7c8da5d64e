"""Read a submission's folder into a unit for a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from proctor.backends.base import Unit
from proctor.bundle.load import Contents
from proctor.checks.check import Check
from proctor.errors import SubmissionError
from proctor.files.names import shown, similar_names
from proctor.seeds import challenge_seeds
from proctor.submission.files import attachments, max_bytes
from proctor.submission.notebooks import Found, find_notebooks
from proctor.submission.read import check_folder, read_plain_file
from proctor.submission.releases import Release
from proctor.text import one_line


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
    releases: Sequence[Release] = (),
) -> Unit:
    """Read a submission; if it can't be read, the unit's ``problem`` gives the reason.

    Args:
        folder: The submission's folder.
        student: The student's id.
        bundle: The assignment that it will be graded with.
        given: The assignment's source folder; the student's versions of its files are left out.
        secret: The course's secret, from which challenges are derived.
        fingerprint: Fingerprint of the folder.
        releases: The assignment's releases, the present one last.
    """
    contents = bundle.contents
    limit = max_bytes(int(contents.examine["files_mib"]), int(contents.sandbox["scratch_mib"]))
    try:
        check_folder(folder)
        remarks = _other_folders(folder, contents.assignment, given.parent)
        found = find_notebooks(
            folder, {name: plan.cells for name, plan in contents.notebooks.items()}, given=given
        )
        notebooks, problems = _read(found)
        files = attachments(
            folder,
            given,
            leave_out=set(contents.examine["course_packages"]),
            limit=limit,
            kept=contents.kept,
            top=found.top,
            ignored=set(contents.leave_out).difference(contents.examine["course_packages"]),
        )
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
    first = next(iter(contents.notebooks))
    return Unit(
        student,
        notebooks,
        files,
        seeds,
        fingerprint,
        problems=problems,
        notes={**found.notes, first: [*remarks, *found.notes.get(first, ())]},
        doubts=found.doubts,
        releases=releases,
    )


def _read(found: Found) -> tuple[dict[str, bytes], dict[str, str]]:
    """The notebooks' bytes, and why some can't be read, by name."""
    notebooks = {}
    problems = {name: error.summary for name, error in found.problems.items()}
    for name, path in found.paths.items():
        try:
            notebooks[name] = read_plain_file(path)
        except SubmissionError as error:
            problems[name] = error.summary
    return notebooks, problems


def _other_folders(folder: Path, wanted: str, sources: Path) -> list[str]:
    """What to say of folders of the student's whose names differ in spelling only.

    Args:
        folder: The submission's folder.
        wanted: The name that it should have, the assignment's.
        sources: Folder with the course's assignments.

    Raises:
        SubmissionError: It is not certain which of several counts.
    """
    others = similar_names(folder.parent, wanted, sources)
    names = " and ".join(map(shown, others))
    if not others:
        return []
    if folder.name == wanted:
        return [f"there is another folder, {names}, which was not graded"]
    if len(others) > 1:
        raise SubmissionError(
            f"it is not certain which folder is {wanted}: {names}",
            why="submissions are read from submitted/STUDENT/ASSIGNMENT/",
            where=one_line(str(folder.parent), 300),
            remedy=f"give the one that counts the name {wanted}",
        )
    return [f"it was handed in in the folder {names}"]


def _unreadable(error: OSError, folder: Path) -> SubmissionError:
    return SubmissionError(
        f"a file of the submission can't be read ({error.strerror})",
        why="the submission can't be graded without it",
        where=one_line(str(error.filename or folder), 300),
        remedy="give yourself the right to read it, or remove it from the submission",
    )
