"""Capabilities of this process (`capabilities(7)`), with ctypes: `capset(2)` has no wrapper.

Capabilities that are given up here can't be regained if ``no_new_privs`` is set.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from proctor.sandbox.linux.process_state import own_status

CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, KILL, SETGID, SETUID = 0, 1, 2, 5, 6, 7
"""Some of <linux/capability.h>."""

_MAX = 64
"""More than there are; the kernel reports an error after the last one."""
_VERSION_3 = 0x20080522
_CAP_AMBIENT, _AMBIENT_RAISE = 47, 2


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("process", ctypes.c_int)]


def permitted() -> frozenset[int]:
    """The capabilities that this process may use; empty on systems without ``/proc``."""
    mask = _mask("CapPrm")
    return frozenset(number for number in range(_MAX) if mask >> number & 1)


def give_up(*, but: Iterable[int] = ()) -> None:
    """Give up all capabilities except some, for this process and the programs that it starts.

    Raises:
        OSError: The kernel refused.
    """
    kept = set(but)
    drop_from_bounding_set(but=kept)
    mask = sum(1 << capability for capability in kept)
    _set(effective=mask, permitted=mask, inheritable=mask)
    for capability in kept:
        prctl(_CAP_AMBIENT, _AMBIENT_RAISE, ctypes.c_ulong(capability))


def use_all() -> None:
    """Make all permitted capabilities effective again, such as those that `setfsuid(2)` cleared.

    Raises:
        OSError: The kernel refused.
    """
    allowed = _mask("CapPrm")
    _set(effective=allowed, permitted=allowed, inheritable=_mask("CapInh"))


def _mask(name: str) -> int:
    """One of this process's capability sets as a bit mask; 0 on systems without ``/proc``."""
    return int(own_status().get(name, "0"), 16)


def _set(*, effective: int, permitted: int, inheritable: int) -> None:
    masks = (effective, permitted, inheritable)
    # The lower 32 bits of each mask, then the upper ones.
    words = [mask & 0xFFFFFFFF for mask in masks] + [mask >> 32 for mask in masks]
    sets = (ctypes.c_uint32 * 6)(*words)
    checked("capset", ctypes.byref(_Header(_VERSION_3, 0)), ctypes.byref(sets))


def drop_from_bounding_set(*, but: Iterable[int] = ()) -> None:
    """Withhold capabilities from every program that this process executes or starts."""
    for capability in sorted(set(range(_MAX)) - set(but)):
        try:
            prctl(CAPBSET_DROP, capability)
        except OSError:
            # Past the last one, or without permission; then no_new_privs withholds them.
            return


def checked(call: str, *arguments: object) -> None:
    """Call a function of the C library that returns 0 on success.

    Raises:
        OSError: The call failed.
    """
    if getattr(ctypes.CDLL(None, use_errno=True), call)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")


SET_PDEATHSIG, SET_DUMPABLE, SET_KEEPCAPS, SET_SECCOMP, CAPBSET_DROP = 1, 4, 8, 22, 24
SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS = 36, 38


def prctl(option: int, value: int, more: object = 0) -> None:
    """Change a setting of this process (`prctl(2)`).

    Args:
        option: Number of the setting.
        value: Its new value.
        more: A third argument, if the option takes one, as ctypes passes it.

    Raises:
        OSError: The kernel refused.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, more, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {option}: {os.strerror(code)}")
