"""Find the notebooks in a folder that a platform filled."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Collection, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from nbgrader.utils import parse_utc

from proctor.errors import SubmissionError
from proctor.sandbox.shared.limits import MIB
from proctor.submission.read import open_plain
from proctor.submission.survey import Entry, survey
from proctor.text import one_line

_LISTED = 5


def find_notebooks(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    """Where an assignment's notebooks lie, by name without extension.

    They have the names under which they were released. Where the assignment is one notebook, the
    only notebook of the folder may have any name: platforms and browsers rename what is uploaded.

    Args:
        folder: The submission.
        names: Of the released notebooks, without extension.

    Raises:
        SubmissionError: It has no notebook, or several of which none has the right name.
    """
    found = {
        name: folder / f"{name}.ipynb" for name in names if _is_there(folder / f"{name}.ipynb")
    }
    others = sorted(folder.glob("*.ipynb")) if folder.is_dir() else []
    if not found and len(names) == 1 and len(others) == 1:
        return {names[0]: others[0]}
    if found:
        return found
    wanted = " and ".join(f"{name}.ipynb" for name in names)
    listed = ", ".join(one_line(path.name, 80) for path in others[:_LISTED])
    kind = (
        "1 notebook of another name"
        if len(others) == 1
        else f"{len(others)} notebooks of other names"
    )
    raise SubmissionError(
        f"A submission holds {wanted}, not in a folder of its own.",
        found=f"{kind}: {listed}" if others else "no notebook",
        where=str(folder),
        remedy="submit the notebook under the name with which it was released",
    )


def _is_there(path: Path) -> bool:
    # A link is there, too: it is refused when it is read.
    return path.is_symlink() or path.exists()


_NAME = "timestamp.txt"
_LONGEST = 100
"""Bytes; a time takes some thirty."""


class TimestampError(Exception):
    """The file is there, and no time can be read from it."""


def timestamp_of(folder: Path) -> datetime | None:
    """When a submission was handed in, in UTC without a zone; None where nothing says so.

    The file came with the submission, so it may be anything: nbgrader's own reader follows links,
    waits for a pipe, and ends the program over a time that it can't read.

    Args:
        folder: The submission's folder.

    Raises:
        TimestampError: The file is not a plain one, or holds no time.
    """
    try:
        descriptor = os.open(folder / _NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TimestampError(f"{_NAME} can't be read ({error.strerror})") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise TimestampError(f"{_NAME} is no plain file")
        text = os.read(descriptor, _LONGEST + 1).decode(errors="replace").strip()
    finally:
        os.close(descriptor)
    if not text:
        return None
    try:
        if len(text) > _LONGEST:
            raise ValueError(text)
        found: datetime = parse_utc(text)
    # The parser stumbles over nonsense in more ways than it names.
    except Exception as error:
        raise TimestampError(f"{_NAME} holds no time") from error
    return found


_NEW_YEAR_2000 = 946_684_800
"""Seconds since 1970; the time of every file that a student brought."""


def max_bytes(files_mib: int, scratch_mib: int) -> int:
    """How many bytes a submission's own files may have.

    Args:
        files_mib: What ``c.Examine.files_mib`` says, MiB; 0: as many as the scratch folder takes.
        scratch_mib: What ``c.Sandbox.scratch_mib`` says, MiB.
    """
    return MIB * (min(files_mib, scratch_mib) if files_mib else scratch_mib)


def attachments(submitted: Path, given: Path, *, leave_out: Collection[str], limit: int) -> bytes:
    """Pack a submission's own files.

    Args:
        submitted: The submission's folder, or nbgrader's copy of it; plain files and folders.
        given: The assignment's source folder; what it has under the same name stays out.
        leave_out: Names at the top that the notebook must not find, such as a student's own copy
            of the course package, which Python would import in place of ours.
        limit: Bytes of all files together.

    Returns:
        A tar without notebooks.

    Raises:
        SubmissionError: The files are more than that; or see `survey`.
        OSError: One of them can't be read.
    """
    own = [
        entry
        for entry in survey(submitted)
        if entry.is_plain
        and entry.path.suffix != ".ipynb"
        and entry.inside.parts[0] not in leave_out
        and not (given / entry.inside).exists()
    ]
    # Before one of them is read: they are held in memory until the submission is graded.
    if sum(entry.size for entry in own) > limit:
        raise SubmissionError(
            "A submission's own files are few and small.",
            found=f"more than {limit:,} bytes",
            where=one_line(str(submitted), 300),
            remedy="remove what is not needed, or raise c.Examine.files_mib, and "
            "c.Sandbox.scratch_mib where it is less",
        )
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for entry in own:
            _add(tar, entry)
    return buffer.getvalue()


def _add(tar: tarfile.TarFile, entry: Entry) -> None:
    """Add name and content alone, as they are in the fingerprint from which challenges follow.

    A file's time, its rights and what it is linked with could carry what an earlier submission
    found out of its challenge.
    """
    with open_plain(entry.path) as file:
        info = tarfile.TarInfo(str(entry.inside))
        # No more than was counted, should it have grown meanwhile.
        info.size = min(entry.size, os.fstat(file.fileno()).st_size)
        info.mtime = _NEW_YEAR_2000
        tar.addfile(info, file)
