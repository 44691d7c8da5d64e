"""User ids that belong to nobody, for notebooks of a grader who is root.

Files that root owns can then not be changed, and root's processes not be signalled or slowed, by
what runs in a notebook, whatever else should fail.
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
    give_up,
    give_up_for_programs,
    permitted,
    prctl,
    use_all,
)
from proctor.sandbox.linux.shared_memory import SHARED_MEMORY, remove_owned

_NEEDED = frozenset({CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID})
"""Capabilities without which root can't run a process as somebody else and clean up after it."""
_WANTED = range(1_900_000_000, 1_900_065_536)
"""Above what accounts, containers and services are given (see systemd's ``UIDS-GIDS.md``)."""
_CONTAINER = range(61_184, 65_520)
"""Where a container has only 65,536 ids: those that systemd gives to services for a while."""
_TRIES = 100
_RUN, _SYSTEM = Path("/run"), Path("/tmp")  # noqa: S108 - nobody but root can open what lies there
_MARKS = len(_WANTED) + _CONTAINER.stop
_LOCK_FILE = "proctor-users.lock"
_OFD_SETLK = 37
_FLOCK = struct.Struct("hh4xqqi4x")
"""``F_OFD_SETLK`` and ``struct flock`` of `fcntl(2)`."""

AS_USER = (
    "import os, sys; user = int(sys.argv[1]); os.setgroups([]); os.setresgid(user, user, user); "
    "os.setresuid(user, user, user); os.execv(sys.argv[2], sys.argv[2:])"
)
"""A program that becomes a user and then another program."""


def may_switch() -> bool:
    """Whether this process can run others as any user, and clean up after them."""
    return sys.platform == "linux" and os.geteuid() == 0 and permitted() >= _NEEDED


class ReservedUser:
    """A user id that no other grader of this machine takes meanwhile.

    Attributes:
        uid: The id, of the user and of the user's only group.
    """

    def __init__(self, uid: int, held: IO[bytes]) -> None:
        self.uid = uid
        self._held = held
        _mark(held, uid, reserved=True)

    def close(self) -> None:
        """Let others take it; harmless if they may already."""
        if not self._held.closed:
            _mark(self._held, self.uid, reserved=False)
            self._held.close()


def reserve_user() -> ReservedUser | None:
    """An id of which no process runs; None where this process can't switch users or lock an id."""
    if not may_switch():
        return None
    in_use = set(_owners())
    with suppress(OSError):
        for uid in _candidates():
            if uid in in_use:
                continue
            held = _hold(uid)
            if held is not None:
                return ReservedUser(uid, held)
    return None


def _hold(uid: int) -> IO[bytes] | None:
    """Lock a uid among all graders of the machine; None where another one has it.

    The system gives the lock up when this process ends, however it ends. It is on a byte of a file
    that only root can open, so that no notebook can take numbers away.

    Raises:
        OSError: The file can't be had, or is not root's own.
    """
    held = _open_lock_file()
    try:
        # Of an open file, not of a process: two reservations of one process exclude each other.
        fcntl.fcntl(held, _OFD_SETLK, _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, uid, 1, 0))
    except BlockingIOError:
        held.close()
        return None
    except BaseException:
        held.close()
        raise
    return held


def _open_lock_file() -> IO[bytes]:
    """The file on which numbers are locked.

    Raises:
        OSError: None can be had that is root's own.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    # The same for all graders of the machine, as far as they can have the same.
    for place in (_RUN, _SYSTEM, Path(tempfile.gettempdir())):
        with suppress(OSError):
            held = os.fdopen(os.open(place / _LOCK_FILE, flags, 0o600), "rb+", buffering=0)
            info = os.fstat(held.fileno())
            # Whoever may write there could have made one before.
            own = stat.S_ISREG(info.st_mode) and info.st_uid == os.geteuid()
            if own and not info.st_mode & 0o077:
                return held
            held.close()
    raise OSError(f"there is no folder in which root could keep {_LOCK_FILE}")


def _candidates() -> Iterator[int]:
    for numbers in (_WANTED, _CONTAINER):
        if all(_is_mapped(numbers, kind) for kind in ("uid_map", "gid_map")):
            yield from random.sample(numbers, _TRIES)


def _is_mapped(numbers: range, kind: str) -> bool:
    """Whether the user namespace that this process is in knows ids."""
    with Path("/proc/self", kind).open() as file:
        spans = [(int(first), int(count)) for first, _, count in map(str.split, file)]
    return any(first <= numbers.start and numbers.stop <= first + count for first, count in spans)


def _owners() -> Iterator[int]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                yield entry.stat().st_uid
            except OSError:
                continue


def become(user: int, *, reading: bool = False) -> None:
    """Become a user, and keep no right but the user's.

    Args:
        user: A user id, taken for the group as well.
        reading: Whether files may be read whose modes do not allow it to the user. Something else
            must then say which ones, such as Landlock.

    Raises:
        OSError: This process may not.
    """
    kept = [c for c in (DAC_READ_SEARCH, DAC_OVERRIDE) if c in permitted()][:1] if reading else []
    if kept:
        prctl(SET_KEEPCAPS, 1)
    give_up_for_programs(but=kept)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    give_up(but=kept)
    prctl(SET_NO_NEW_PRIVS, 1)
    # A change of user hides a process from its own user, and hides its files in /proc.
    prctl(SET_DUMPABLE, 1)


@lru_cache(maxsize=8)
def open_to_all(paths: tuple[Path, ...]) -> bool:
    """Whether everybody may read folders and files and all that is in them, by their modes."""
    return first_closed(paths) is None


def first_closed(paths: Iterable[Path]) -> Path | None:
    """The first file or folder, in some folders or among them, that not everybody may read.

    What Python compiled is left out: it does without.
    """
    for top in paths:
        ahead = [str(top)]
        while ahead:
            place = ahead.pop()
            mode = os.stat(place).st_mode  # noqa: PTH116 - of tens of thousands
            needed = 0o005 if stat.S_ISDIR(mode) else 0o004
            if mode & needed != needed:
                return Path(place)
            if stat.S_ISDIR(mode):
                with os.scandir(place) as entries:
                    ahead += [e.path for e in entries if e.name != "__pycache__" and _is_real(e)]
    return None


def _is_real(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)


def can_pass(user: int, paths: Iterable[Path], *, passing: Path = Path("/")) -> bool:
    """Whether a user may come to folders and files; tried out in a process of its own.

    Args:
        user: The user id.
        paths: The folders and files.
        passing: A folder through which the user has to pass, without looking into it.
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
    """Whether a user may read folders and files with all that is in them; see `can_pass`."""
    paths = tuple(paths)
    return can_pass(user, paths, passing=passing) and open_to_all(paths)


def copy_owner(folder: Path, other: Path) -> None:
    """Give a new folder to the owner of another one, where that is somebody else."""
    owner = other.stat()
    if owner.st_uid != os.geteuid():
        os.chown(folder, owner.st_uid, owner.st_gid)


def allow_traversal(folder: Path) -> None:
    """Let a notebook pass through a folder of ours that may run as another user."""
    if may_switch():
        folder.chmod(0o711)


def end_all_of(user: int) -> None:
    """Kill all processes of a user in one call, however often they fork."""
    process = os.fork()
    if process == 0:
        try:
            become(user)
            os.kill(-1, 9)
        finally:
            os._exit(0)
    os.waitpid(process, 0)


def end_abandoned() -> None:
    """Kill what runs as a user whom a grader had reserved that was killed.

    Raises:
        OSError: No uid can be locked on this machine.
    """
    if not may_switch():
        return
    for uid in _marked():
        held = _hold(uid)
        if held is not None:
            end_all_of(uid)
            if SHARED_MEMORY.is_dir():
                remove_owned(SHARED_MEMORY, uid)
            ReservedUser(uid, held).close()


def _mark(held: IO[bytes], uid: int, *, reserved: bool) -> None:
    # Only what is marked was ours: an account may have any uid.
    os.pwrite(held.fileno(), bytes([reserved]), _place(uid))


def _marked() -> Iterator[int]:
    with _open_lock_file() as file:
        marks = file.read(_MARKS)
    for numbers in (_WANTED, _CONTAINER):
        yield from compress(numbers, marks[_place(numbers.start) :])


def _place(uid: int) -> int:
    """Where a uid's mark is in the lock file."""
    return uid - _WANTED.start if uid in _WANTED else len(_WANTED) + uid


def first_blocked(path: Path) -> Path | None:
    """The uppermost folder above a path that not everybody may pass through; None: all may."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


@contextmanager
def acting_as(user: int | None) -> Iterator[None]:
    """Look at files as a user: the kernel shows a process's open files to its own user only."""
    if user is None:
        yield
        return
    library = ctypes.CDLL(None)
    library.setfsgid(user), library.setfsuid(user)
    try:
        # The kernel shows them to nobody with less rights than the process has.
        use_all()
        yield
    finally:
        library.setfsuid(os.geteuid()), library.setfsgid(os.getegid())
