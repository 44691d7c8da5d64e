"""Suppress the log that libraries write while they load.

TensorFlow writes some lines before it reads TF_CPP_MIN_LOG_LEVEL, and it bypasses Python to write
them to the process's standard error. In a notebook they would be the first thing that a student
sees, in red.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

LEVEL = "TF_CPP_MIN_LOG_LEVEL"
"""TensorFlow's own setting; "3" silences its log, "0" shows all of it."""

_STDERR = 2


@contextmanager
def loading() -> Iterator[None]:
    """Hold back what is written to standard error; show it if the block fails.

    Does nothing if the level is not "3", so that the full log is available for debugging.
    """
    if os.environ.get(LEVEL) != "3":
        yield
        return
    with tempfile.TemporaryFile() as kept:
        before = os.dup(_STDERR)
        os.dup2(kept.fileno(), _STDERR)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(before, _STDERR)
            os.close(before)
            if failed:
                kept.seek(0)
                os.write(_STDERR, kept.read())
