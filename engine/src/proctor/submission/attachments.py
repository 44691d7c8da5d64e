"""What a student handed in besides the notebook, on its way into the sandbox."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from proctor.errors import SubmissionError
from proctor.sandbox.shared.limits import MIB
from proctor.submission.read import open_plain
from proctor.submission.survey import Entry, survey
from proctor.text import one_line

_NEW_YEAR_2000 = 946_684_800
"""Seconds since 1970; the time of every file that a student brought."""


def most_bytes(files_mib: int, scratch_mib: int) -> int:
    """How many bytes a submission's own files may have.

    Args:
        files_mib: What ``c.Examine.files_mib`` says, MiB; 0: as many as the scratch folder takes.
        scratch_mib: What ``c.Sandbox.scratch_mib`` says, MiB.
    """
    return MIB * (min(files_mib, scratch_mib) if files_mib else scratch_mib)


def attachments(submitted: Path, given: Path, *, leave_out: Collection[str], most: int) -> bytes:
    """Pack a submission's own files.

    Args:
        submitted: The submission's folder, or nbgrader's copy of it; plain files and folders.
        given: The assignment's source folder; what it has under the same name stays out.
        leave_out: Names at the top that the notebook must not find, such as a student's own copy
            of the course package, which Python would import in place of ours.
        most: Bytes of all files together.

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
    if sum(entry.size for entry in own) > most:
        raise SubmissionError(
            "A submission's own files are few and small.",
            found=f"more than {most:,} bytes",
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
