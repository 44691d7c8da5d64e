"""When a submission was handed in, by the file that nbgrader puts beside it."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

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
