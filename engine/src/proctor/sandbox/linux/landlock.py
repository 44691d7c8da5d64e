"""Landlock: what a process and its children may still open, signal and trace.

Three system calls (Linux 5.13 and newer; `landlock(7)`), made with ctypes because no standard
library wraps them. A confined process can't trace a process outside of its domain, and can open
only the files that it is allowed; from ABI 4 on it can't use TCP; from ABI 6 on it can't signal a
process outside or reach its abstract sockets. What Landlock does not cover (modes and owners of
files, sockets with a path) is left to `proctor.sandbox.linux.syscall_rules`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from proctor.sandbox.linux.capabilities import SET_NO_NEW_PRIVS, prctl

SCOPING_ABI = 6
"""The first ABI version that restricts signals, and so protects a fork server from its kernels."""

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE = 1 << 5
_MAKE_CHAR, _MAKE_REG, _MAKE_SOCK, _MAKE_BLOCK = 1 << 6, 1 << 8, 1 << 9, 1 << 11
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_SHARED_MEMORY = _READ_FILE | _WRITE_FILE | _TRUNCATE | _MAKE_REG | _REMOVE_FILE
_TCP = 0b11
"""Binding and connecting."""
_SCOPES = 0b11
"""Abstract unix sockets and signals."""


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("parent", ctypes.c_int32)]


@dataclass(frozen=True)
class Allowed:
    """What a confined process may still access.

    Attributes:
        read: Files, and folders with all their contents, that may be read and executed.
        list: Folders in which names may be listed, but files not read.
        write: Folders and device files that may also be written.
        sockets: Folders in which unix sockets may be bound, and nothing else created.
        memory: Folders in which files may be created, used and removed, but not listed.
        tcp: Whether TCP is not restricted, as in a network namespace of its own.
    """

    read: tuple[Path, ...] = ()
    list: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    sockets: tuple[Path, ...] = ()
    memory: tuple[Path, ...] = ()
    tcp: bool = True


def landlock_abi() -> int:
    """The ABI version that the running kernel offers; 0 if it has no Landlock."""
    if sys.platform != "linux":
        return 0
    try:
        return max(0, _call(_CREATE_RULESET, None, 0, _VERSION))
    except OSError:
        return 0


class Domain:
    """A set of rules that this process can put itself under.

    Files are opened on construction, so that a domain can be made with rights that are given up
    before it comes into force.
    """

    def __init__(self, allowed: Allowed) -> None:
        """Make the rules, and open the files.

        Raises:
            OSError: A file does not exist, or the kernel has no Landlock.
        """
        abi = landlock_abi()
        handled = _handled(abi)
        attributes = _Ruleset(
            fs=handled,
            net=0 if allowed.tcp or abi < _TCP_ABI else _TCP,
            scoped=_SCOPES if abi >= SCOPING_ABI else 0,
        )
        size = ctypes.sizeof(attributes)
        self._ruleset = _call(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
        try:
            for paths, rights in (
                (allowed.read, _READ),
                (allowed.list, _READ_DIR),
                (allowed.write, handled & ~(_MAKE_CHAR | _MAKE_BLOCK)),
                (allowed.sockets, _MAKE_SOCK),
                (allowed.memory, _SHARED_MEMORY),
            ):
                for path in paths:
                    _allow(self._ruleset, path, rights & handled)
        except BaseException:
            self.close()
            raise

    def enter(self) -> None:
        """Confine this thread and all its future children, irrevocably.

        Must be called before further threads start: those that run already are not confined.

        Raises:
            OSError: The kernel refused.
        """
        try:
            prctl(SET_NO_NEW_PRIVS, 1)
            _call(_RESTRICT_SELF, self._ruleset, 0)
        finally:
            self.close()

    def close(self) -> None:
        """Release the rules."""
        os.close(self._ruleset)


_TCP_ABI = 4
_SINCE = {_REFER: 2, _TRUNCATE: 3, _IOCTL_DEV: 5}
"""ABI versions in which rights were added; all other rights exist since the first."""


def _handled(abi: int) -> int:
    every = (1 << 16) - 1
    for right, since in _SINCE.items():
        if abi < since:
            every &= ~right
    return every


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
