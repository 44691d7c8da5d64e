"""Linux's ``prctl(2)``: settings of the calling process, by ctypes."""

from __future__ import annotations

import ctypes
import os

SET_PDEATHSIG, SET_DUMPABLE, SET_KEEPCAPS, SET_SECCOMP, CAPBSET_DROP = 1, 4, 8, 22, 24
SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS = 36, 38


def prctl(option: int, value: int, more: object = 0) -> None:
    """Change a setting.

    Args:
        option: Which one.
        value: To what.
        more: A third argument, where the option takes one, as ctypes passes it.

    Raises:
        OSError: The kernel refused.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, more, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {option}: {os.strerror(code)}")
