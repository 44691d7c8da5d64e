"""Read a submission's time, and its files other than notebooks."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Collection
from datetime import datetime
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

from nbgrader.utils import parse_utc

from proctor.errors import SubmissionError
from proctor.sandbox.shared.limits import MIB
from proctor.submission.read import open_plain
from proctor.submission.survey import Entry, survey
from proctor.text import one_line

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
    top: Path = Path(),
    ignored: Collection[str] = (),
) -> bytes:
    """Pack a submission's own files.

    Args:
        submitted: The submission's folder, or nbgrader's copy of it; plain files and folders.
        given: The assignment's source folder; files with the same path there are left out.
        leave_out: Top-level names to leave out, such as a student's own copy of the course package,
            which Python would import in place of ours.
        limit: Maximum bytes of all files together.
        kept: Files that are not left out though they are given, too.
        top: Folder of the submission in which the notebooks are; its files come to lie beside them.
        ignored: Patterns of names of files and folders that are left out, as by nbgrader.

    Returns:
        A tar without notebooks.

    Raises:
        SubmissionError: The files exceed the limit; or see `survey`.
        OSError: A file can't be read.
    """
    plain = [entry for entry in survey(submitted) if entry.is_plain]
    # What lies beside the notebooks comes last, and takes the place of others of its name.
    plain.sort(key=lambda entry: entry.inside.is_relative_to(top))
    own = {
        name: entry
        for entry in plain
        if entry.path.suffix != ".ipynb"
        and (name := _below(entry.inside, top)).parts[0] not in leave_out
        and not any(fnmatch(part, one) for part in name.parts for one in ignored)
        and (not (given / name).exists() or name.as_posix() in kept)
    }
    # Checked before reading: the files are held in memory until the submission is graded.
    if sum(entry.size for entry in own.values()) > limit:
        raise SubmissionError(
            f"the submission's own files have more than {limit:,} bytes",
            why="they are copied for every run",
            where=one_line(str(submitted), 300),
            remedy="remove what is not needed, or raise c.Examine.files_mib, and "
            "c.Sandbox.scratch_mib where it is less",
        )
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, entry in own.items():
            _add(tar, name, entry)
    return buffer.getvalue()


def _below(path: Path, top: Path) -> Path:
    return path.relative_to(top) if path.is_relative_to(top) else path


def _add(tar: tarfile.TarFile, name: Path, entry: Entry) -> None:
    """Add only name and content, the parts covered by the fingerprint that seeds the challenges.

    A file's modification time, permissions and links could carry what an earlier submission learned
    about its challenge.
    """
    with open_plain(entry.path) as file:
        info = tarfile.TarInfo(str(name))
        # No more than was counted, in case it has grown since.
        info.size = min(entry.size, os.fstat(file.fileno()).st_size)
        info.mtime = _NEW_YEAR_2000
        tar.addfile(info, file)
