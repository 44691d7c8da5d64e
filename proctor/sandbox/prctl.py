"""Linux's ``prctl(2)``: settings of the calling process, by ctypes."""

from __future__ import annotations

import ctypes
import os

SET_DUMPABLE, SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS = 4, 36, 38


def prctl(option: int, value: int) -> None:
    """Change a setting.

    Raises:
        OSError: The kernel refused.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {option}: {os.strerror(code)}")
