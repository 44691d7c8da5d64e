"""Unused UIDs for the notebooks of a grader that is root.

A notebook can then neither change root's files nor signal or slow root's processes, even if every
other layer fails.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import random
import stat
import struct
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import IO

from proctor.sandbox.linux.capabilities import (
    CHOWN,
    DAC_OVERRIDE,
    DAC_READ_SEARCH,
    KILL,
    SET_DUMPABLE,
    SET_KEEPCAPS,
    SET_NO_NEW_PRIVS,
    SETGID,
    SETUID,
    drop_from_bounding_set,
    give_up,
    permitted,
    prctl,
    use_all,
)
from proctor.sandbox.linux.shared_memory import SHARED_MEMORY, remove_owned

_NEEDED = frozenset({CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID})
"""Capabilities that root needs to run a process as another user and to clean up after it."""
_UID_RANGE = range(1_900_000_000, 1_900_065_536)
"""Above the UIDs of accounts, containers and services (see systemd's ``UIDS-GIDS.md``)."""
_CONTAINER_UID_RANGE = range(61_184, 65_520)
"""For containers with only 65,536 UIDs: the range that systemd assigns to services temporarily."""
_TRIES = 100
_RUN, _SYSTEM = Path("/run"), Path("/tmp")  # noqa: S108 - only root can open the file there
_MARKS = len(_UID_RANGE) + _CONTAINER_UID_RANGE.stop
_LOCK_FILE = "proctor-users.lock"
_OFD_SETLK = 37
_FLOCK = struct.Struct("hh4xqqi4x")
"""``F_OFD_SETLK`` and ``struct flock`` of `fcntl(2)`."""

AS_USER = (
    "import os, sys; user = int(sys.argv[1]); os.setgroups([]); os.setresgid(user, user, user); "
    "os.setresuid(user, user, user); os.execv(sys.argv[2], sys.argv[2:])"
)
"""Python program that switches to a UID and then executes another program."""


def may_switch() -> bool:
    """Whether this process can run processes as any user, and clean up after them."""
    return sys.platform == "linux" and os.geteuid() == 0 and permitted() >= _NEEDED


class ReservedUser:
    """A UID that no other grader of this machine uses meanwhile.

    Attributes:
        uid: The UID, and the GID of the user's only group.
    """

    def __init__(self, uid: int, held: IO[bytes]) -> None:
        self.uid = uid
        self._held = held
        _set_mark(held, uid, reserved=True)

    def close(self) -> None:
        """Release the UID; may be called again."""
        if not self._held.closed:
            _set_mark(self._held, self.uid, reserved=False)
            self._held.close()


def reserve_user() -> ReservedUser | None:
    """Reserve a UID without processes; None if this process can't switch users or lock a UID."""
    if not may_switch():
        return None
    in_use = set(_uids_in_use())
    with suppress(OSError):
        for uid in _candidates():
            if uid in in_use:
                continue
            held = _lock_uid(uid)
            if held is not None:
                return ReservedUser(uid, held)
    return None


def _lock_uid(uid: int) -> IO[bytes] | None:
    """Lock a UID among all graders of the machine; None if another grader holds it.

    The system releases the lock when this process ends, however it ends. The lock is on a byte of
    a file that only root can open, so that no notebook can take UIDs away.

    Raises:
        OSError: The file can't be opened, or is not root's own.
    """
    held = _open_lock_file()
    try:
        # Held by an open file, not by a process: reservations of one process exclude each other.
        fcntl.fcntl(held, _OFD_SETLK, _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, uid, 1, 0))
    except BlockingIOError:
        held.close()
        return None
    except BaseException:
        held.close()
        raise
    return held


def _open_lock_file() -> IO[bytes]:
    """Open the file on which UIDs are locked.

    Raises:
        OSError: There is no folder for a file that is root's own.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    # The same path for all graders of the machine, where possible.
    for folder_path in (_RUN, _SYSTEM, Path(tempfile.gettempdir())):
        with suppress(OSError):
            held = os.fdopen(os.open(folder_path / _LOCK_FILE, flags, 0o600), "rb+", buffering=0)
            info = os.fstat(held.fileno())
            # Another user who can write there could have created the file before.
            own = stat.S_ISREG(info.st_mode) and info.st_uid == os.geteuid()
            if own and not info.st_mode & 0o077:
                return held
            held.close()
    raise OSError(f"there is no folder in which root could keep {_LOCK_FILE}")


def _candidates() -> Iterator[int]:
    for numbers in (_UID_RANGE, _CONTAINER_UID_RANGE):
        if all(_is_mapped(numbers, kind) for kind in ("uid_map", "gid_map")):
            yield from random.sample(numbers, _TRIES)


def _is_mapped(numbers: range, kind: str) -> bool:
    """Whether the user namespace of this process maps a range of UIDs or GIDs."""
    with Path("/proc/self", kind).open() as file:
        spans = [(int(first), int(count)) for first, _, count in map(str.split, file)]
    return any(first <= numbers.start and numbers.stop <= first + count for first, count in spans)


def _uids_in_use() -> Iterator[int]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                yield entry.stat().st_uid
            except OSError:
                continue


def become(user: int, *, reading: bool = False) -> None:
    """Switch to a user, and keep only that user's rights.

    Args:
        user: A UID, used as GID as well.
        reading: Whether the user may read files regardless of their modes. Something else, such
            as Landlock, must then restrict which files.

    Raises:
        OSError: This process may not switch users.
    """
    kept = [c for c in (DAC_READ_SEARCH, DAC_OVERRIDE) if c in permitted()][:1] if reading else []
    if kept:
        prctl(SET_KEEPCAPS, 1)
    drop_from_bounding_set(but=kept)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    give_up(but=kept)
    prctl(SET_NO_NEW_PRIVS, 1)
    # A change of user clears this flag, which hides the process and its /proc files from the user.
    prctl(SET_DUMPABLE, 1)


def readable_by_all(paths: tuple[Path, ...]) -> bool:
    """Whether everybody may read files, and folders with all their contents, by their modes."""
    # Two servers may start at the same time, and need the same.
    with _looking:
        return _readable_by_all(paths)


_looking = threading.Lock()


@lru_cache(maxsize=8)
def _readable_by_all(paths: tuple[Path, ...]) -> bool:
    return first_unreadable(paths) is None


def first_unreadable(paths: Iterable[Path]) -> Path | None:
    """The first file or folder, among the given paths or below them, that not everybody may read.

    Bytecode is left out: Python can do without it.
    """
    for top in paths:
        ahead = [str(top)]
        while ahead:
            folder_path = ahead.pop()
            mode = os.stat(folder_path).st_mode  # noqa: PTH116 - of tens of thousands
            needed = 0o005 if stat.S_ISDIR(mode) else 0o004
            if mode & needed != needed:
                return Path(folder_path)
            if stat.S_ISDIR(mode):
                with os.scandir(folder_path) as entries:
                    ahead += [e.path for e in entries if e.name != "__pycache__" and _is_real(e)]
    return None


def _is_real(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)


def can_pass(user: int, paths: Iterable[Path], *, passing: Path = Path("/")) -> bool:
    """Whether a user can reach folders and files; tested in a child process.

    Args:
        user: The UID.
        paths: The folders and files.
        passing: A folder that the user has to traverse, but not to list.
    """
    process = os.fork()
    if process == 0:
        try:
            become(user)
            os.stat(f"{passing}/.")  # noqa: PTH116 - Path would leave the dot out
            for path in paths:
                if stat.S_ISDIR(path.stat().st_mode):
                    next(os.scandir(path), None)
                else:
                    os.close(os.open(path, os.O_RDONLY))
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(process, 0)[1] == 0


def can_read(user: int, paths: Iterable[Path], *, passing: Path = Path("/")) -> bool:
    """Whether a user can read files, and folders with all their contents; see `can_pass`."""
    paths = tuple(paths)
    return can_pass(user, paths, passing=passing) and readable_by_all(paths)


def copy_owner(folder: Path, other: Path) -> None:
    """Give a new folder the owner of another folder, if that is another user."""
    owner = other.stat()
    if owner.st_uid != os.geteuid():
        os.chown(folder, owner.st_uid, owner.st_gid)


def allow_traversal(folder: Path) -> None:
    """Let a notebook that may run as another user pass through a folder of ours."""
    if may_switch():
        folder.chmod(0o711)


def kill_user_processes(user: int) -> None:
    """Kill all processes of a user in one call, however often they fork."""
    process = os.fork()
    if process == 0:
        try:
            become(user)
            os.kill(-1, 9)
        finally:
            os._exit(0)
    os.waitpid(process, 0)


def kill_abandoned() -> None:
    """Kill the processes of users that were reserved by graders that were killed.

    Raises:
        OSError: No UID can be locked on this machine.
    """
    if not may_switch():
        return
    for uid in _marked_uids():
        held = _lock_uid(uid)
        if held is not None:
            kill_user_processes(uid)
            if SHARED_MEMORY.is_dir():
                remove_owned(SHARED_MEMORY, uid)
            ReservedUser(uid, held).close()


def _set_mark(held: IO[bytes], uid: int, *, reserved: bool) -> None:
    # Only marked UIDs were reserved by a grader: an account may have any UID.
    os.pwrite(held.fileno(), bytes([reserved]), _mark_offset(uid))


def _marked_uids() -> Iterator[int]:
    with _open_lock_file() as file:
        marks = file.read(_MARKS)
    for numbers in (_UID_RANGE, _CONTAINER_UID_RANGE):
        yield from compress(numbers, marks[_mark_offset(numbers.start) :])


def _mark_offset(uid: int) -> int:
    """Position of a UID's mark in the lock file."""
    return uid - _UID_RANGE.start if uid in _UID_RANGE else len(_UID_RANGE) + uid


def first_untraversable(path: Path) -> Path | None:
    """The uppermost folder above a path that not everybody can traverse; None if there is none."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


@contextmanager
def acting_as(user: int | None) -> Iterator[None]:
    """Access files as a user: Linux shows a process's open files to its own user only."""
    if user is None:
        yield
        return
    library = ctypes.CDLL(None)
    library.setfsgid(user), library.setfsuid(user)
    try:
        # Linux shows them only to processes with at least the same capabilities.
        use_all()
        yield
    finally:
        library.setfsuid(os.geteuid()), library.setfsgid(os.getegid())
