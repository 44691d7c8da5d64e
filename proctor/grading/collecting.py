"""Read a submission's folder into what a worker gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from proctor.errors import SubmissionError
from proctor.grading.unit import Unit
from proctor.intake.files import check_folder, read_plain_file
from proctor.plaintext import one_line
from proctor.running.belongings import belongings

_LISTED = 5
"""Names of other notebooks that are told."""


def collect(
    folder: Path,
    student: str,
    *,
    names: Iterable[str],
    given: Path,
    leave_out: Iterable[str],
    most: int,
    seeds: Mapping[str, int],
    fingerprint: str,
) -> Unit:
    """Read a submission; one that can't be read becomes a unit that says why.

    Args:
        folder: The submission's folder.
        student: The student's id.
        names: The assignment's notebooks, without extension.
        given: The assignment's source folder; its files are not the student's to bring.
        leave_out: Names at the folder's top that notebooks must not find.
        most: Bytes of all files besides the notebooks.
        seeds: Of the student's challenges, by the check's id.
        fingerprint: Of the folder.
    """
    names = list(names)
    try:
        check_folder(folder)
        notebooks = {
            name: read_plain_file(folder / f"{name}.ipynb")
            for name in names
            if (folder / f"{name}.ipynb").exists()
        }
        if not notebooks:
            raise _misnamed(folder, names)
        files = belongings(folder, given, leave_out=set(leave_out), most=most)
    except SubmissionError as error:
        return Unit(student, fingerprint=fingerprint, problem=error.summary)
    except OSError as error:
        return Unit(student, fingerprint=fingerprint, problem=_unreadable(error, folder).summary)
    return Unit(student, notebooks, files, seeds, fingerprint)


def _unreadable(error: OSError, folder: Path) -> SubmissionError:
    return SubmissionError(
        "The grader can read the files of a submission.",
        found=f"a file that can't be read ({error.strerror})",
        where=one_line(str(error.filename or folder), 300),
        remedy="give yourself the right to read it, or remove it from the submission",
    )


def _misnamed(folder: Path, names: list[str]) -> SubmissionError:
    found = sorted(path.name for path in folder.glob("*.ipynb"))
    listed = ", ".join(one_line(name, 80) for name in found[:_LISTED])
    return SubmissionError(
        "A submitted notebook has the name under which it was released.",
        found=listed + (" and others" if len(found) > _LISTED else "") or "no notebook",
        where=str(folder),
        remedy=f"rename it to {' or '.join(f'{name}.ipynb' for name in names)}",
    )
