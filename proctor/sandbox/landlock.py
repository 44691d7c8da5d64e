"""Landlock: what a process and its children may still open, signal and trace.

Three system calls (Linux 5.13 and newer; `landlock(7)`), made with ctypes because no library of
the standard kind wraps them. A confined process can't trace a process outside of its domain;
from ABI 6 on it can't signal one or reach its abstract sockets either.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from proctor.sandbox.prctl import SET_NO_NEW_PRIVS, prctl

SHARING_ABI = 6
"""The first version that protects a fork server from the kernels that it forks."""

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_SOCK, _MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_ALL = (1 << 16) - 1
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_WRITE = _ALL & ~(_MAKE_CHAR | _MAKE_BLOCK)
_SCOPES = 0b11
"""Abstract unix sockets and signals."""


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def landlock_abi() -> int:
    """The version that the running kernel offers; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    try:
        return max(0, _call(_CREATE_RULESET, None, 0, _VERSION))
    except OSError:
        return 0


def confine(*, read: Iterable[Path], write: Iterable[Path], sockets: Iterable[Path]) -> None:
    """Confine this thread and all its future children, for good.

    To be called before further threads start: those that run already stay as they are.

    Args:
        read: Folders in which everything may be read and executed.
        write: Folders and device files that may also be written.
        sockets: Folders in which unix sockets may be bound and nothing else be made.

    Raises:
        OSError: The kernel refused, or offers an ABI below `SHARING_ABI`.
    """
    if landlock_abi() < SHARING_ABI:
        raise OSError(f"Landlock ABI {landlock_abi()} is below {SHARING_ABI}")
    attributes = _Ruleset(fs=_ALL, net=0, scoped=_SCOPES)
    ruleset = _call(_CREATE_RULESET, ctypes.byref(attributes), ctypes.sizeof(attributes), 0)
    try:
        for paths, rights in ((read, _READ), (write, _WRITE), (sockets, _MAKE_SOCK)):
            for path in paths:
                _allow(ruleset, path, rights)
        prctl(SET_NO_NEW_PRIVS, 1)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            rights &= _FILE_RIGHTS
        rule = _PathBeneath(access=rights, parent=parent)
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(parent)


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    result: int = library.syscall(number, *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"system call {number}: {os.strerror(code)}")
    return result
