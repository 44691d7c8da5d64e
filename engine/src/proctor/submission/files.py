"""Find a submission's notebooks, its time of submission and its other files."""

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
    """Find an assignment's notebooks in a submission, by name without extension.

    They must have the names under which they were released. If the assignment has one notebook, the
    only notebook in the folder may have any name, since platforms and browsers rename uploads.

    Args:
        folder: The submission's folder.
        names: Names of the released notebooks, without extension.

    Raises:
        SubmissionError: It has no notebook, or several of which none has the right name.
    """
    found = {name: folder / f"{name}.ipynb" for name in names if _exists(folder / f"{name}.ipynb")}
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
        f"the submission has no {wanted}"
        + (f" but {kind}: {listed}" if others else ": it has no notebook"),
        why="submissions are matched to the assignment by file name",
        where=str(folder),
        remedy="submit the notebook under the name with which it was released",
    )


def _exists(path: Path) -> bool:
    # A broken link counts as present; it is refused when it is read.
    return path.is_symlink() or path.exists()


_NAME = "timestamp.txt"
_MAX_TIMESTAMP_BYTES = 100
"""Limit in bytes; a timestamp takes about thirty."""


class TimestampError(Exception):
    """The timestamp file exists, but no time can be read from it."""


def timestamp_of(folder: Path) -> datetime | None:
    """Time of submission, in UTC without a time zone; None if there is no timestamp.

    The file is part of the submission, so it can't be trusted: nbgrader's own reader follows links,
    blocks on a pipe, and crashes on a time that it can't parse.

    Args:
        folder: The submission's folder.

    Raises:
        TimestampError: It is not a plain file, or holds no time.
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
        text = os.read(descriptor, _MAX_TIMESTAMP_BYTES + 1).decode(errors="replace").strip()
    finally:
        os.close(descriptor)
    if not text:
        return None
    try:
        if len(text) > _MAX_TIMESTAMP_BYTES:
            raise ValueError(text)
        found: datetime = parse_utc(text)
    # The parser raises more kinds of errors than it documents.
    except Exception as error:
        raise TimestampError(f"{_NAME} holds no time") from error
    return found


_NEW_YEAR_2000 = 946_684_800
"""Seconds since 1970; set as the modification time of every submitted file."""


def max_bytes(files_mib: int, scratch_mib: int) -> int:
    """Limit on the bytes of a submission's own files.

    Args:
        files_mib: ``c.Examine.files_mib``, in MiB; 0: limited only by the scratch folder.
        scratch_mib: ``c.Sandbox.scratch_mib``, in MiB.
    """
    return MIB * (min(files_mib, scratch_mib) if files_mib else scratch_mib)


def attachments(
    submitted: Path,
    given: Path,
    *,
    leave_out: Collection[str],
    limit: int,
    kept: Collection[str] = (),
) -> bytes:
    """Pack a submission's own files.

    Args:
        submitted: The submission's folder, or nbgrader's copy of it; plain files and folders.
        given: The assignment's source folder; files with the same path there are left out.
        leave_out: Top-level names to leave out, such as a student's own copy of the course package,
            which Python would import in place of ours.
        limit: Maximum bytes of all files together.
        kept: Files that are not left out though they are given, too.

    Returns:
        A tar without notebooks.

    Raises:
        SubmissionError: The files exceed the limit; or see `survey`.
        OSError: A file can't be read.
    """
    own = [
        entry
        for entry in survey(submitted)
        if entry.is_plain
        and entry.path.suffix != ".ipynb"
        and entry.inside.parts[0] not in leave_out
        and (not (given / entry.inside).exists() or entry.inside.as_posix() in kept)
    ]
    # Checked before reading: the files are held in memory until the submission is graded.
    if sum(entry.size for entry in own) > limit:
        raise SubmissionError(
            f"the submission's own files have more than {limit:,} bytes",
            why="they are copied for every run",
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
    """Add only name and content, the parts covered by the fingerprint that seeds the challenges.

    A file's modification time, permissions and links could carry what an earlier submission learned
    about its challenge.
    """
    with open_plain(entry.path) as file:
        info = tarfile.TarInfo(str(entry.inside))
        # No more than was counted, in case it has grown since.
        info.size = min(entry.size, os.fstat(file.fileno()).st_size)
        info.mtime = _NEW_YEAR_2000
        tar.addfile(info, file)
