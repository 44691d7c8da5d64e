"""What processes hold in the kernel itself, and is in no process's memory.

Bytes on their way through sockets and pipes: control groups count them; where there are none, the
worst case is counted, since nobody outside can see how full a buffer is. Watches of epoll, and
descriptors that were sent and not received yet: the kernel counts them per user, in all namespaces
together, so that one notebook could use up what there is for others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from proctor.sandbox.linux.users import acting_as

SOCKET_BYTES, _PIPE = 212_992, 65_536
"""Bytes that one takes in: ``net.core.wmem_default``, which notebooks can't change; `pipe(7)`."""

MAX_IN_FLIGHT = 16
"""Descriptors that were sent and not received. From ``RLIMIT_NOFILE`` on nobody of the same user
can send any; libraries send one or two at a time."""

MAX_OPEN_FILES = 20_000
"""Open files of all processes together, so that looking at them takes no time worth mentioning."""

_SHARE_OF_WATCHES = 32
_FEWEST_WATCHES = 20_000
_USER_WATCHES = Path("/proc/sys/fs/epoll/max_user_watches")

_EPOLL = "anon_inode:[eventpoll]"


@dataclass(frozen=True)
class KernelObjects:
    """What some processes hold.

    Attributes:
        buffer_bytes: Bytes that their sockets and pipes may hold at most.
        watches: Files that they watch with `epoll(7)`.
        in_flight: Descriptors in the queues of their sockets; not those in sockets that are
            themselves on their way.
        open: Open files, counted for each process that has them.
        hidden: Whether a process hides its open files.
    """

    buffer_bytes: int = 0
    watches: int = 0
    in_flight: int = 0
    open: int = 0
    hidden: bool = False


@cache
def max_watches() -> int:
    """How many files one notebook may watch: a small share of what a user may."""
    try:
        return max(_FEWEST_WATCHES, int(_USER_WATCHES.read_text()) // _SHARE_OF_WATCHES)
    except (OSError, ValueError):
        return _FEWEST_WATCHES


def kernel_objects(processes: Iterable[int], user: int | None) -> KernelObjects:
    """What some processes hold in the kernel; each socket and pipe is counted once.

    Counting ends soon after a limit is passed. What can't be seen of one process does not keep the
    others from being counted.

    Args:
        processes: Those whose open files are looked at.
        user: Whose processes they are, if they are not this process's user's.
    """
    buffers: set[str] = set()
    watches = in_flight = opened = 0
    hidden = False
    limit = max_watches()
    with acting_as(user):
        for process in processes:
            names = _numbers(process)
            hidden = hidden or names is None
            opened += len(names or ())
            if opened > MAX_OPEN_FILES:
                break
            for number in names or ():
                name = _target(process, number)
                if name == _EPOLL and watches <= limit:
                    watches += sum(1 for _ in _details(process, number, "tfd:"))
                elif name.startswith("socket:") and name not in buffers:
                    in_flight += sum(map(int, _details(process, number, "scm_fds:")))
                if name.startswith(("socket:", "pipe:")):
                    buffers.add(name)
    sockets = sum(name.startswith("socket:") for name in buffers)
    size = sockets * SOCKET_BYTES + (len(buffers) - sockets) * _PIPE
    return KernelObjects(size, watches, in_flight, opened, hidden)


def _numbers(process: int) -> list[str] | None:
    """Numbers of a process's open files; None where it hides them."""
    try:
        return os.listdir(f"/proc/{process}/fd")  # noqa: PTH208 - many times a second
    except PermissionError:
        return None
    # It has ended meanwhile.
    except OSError:
        return []


def _target(process: int, number: str) -> str:
    """What an open file is; empty where that can't be said, as of a path that is too long."""
    try:
        return os.readlink(f"/proc/{process}/fd/{number}")  # noqa: PTH115 - many times a second
    except OSError:
        return ""


def _details(process: int, number: str, name: str) -> Iterator[str]:
    """What the kernel says of an open file: the values of all lines that begin with a name."""
    try:
        with Path(f"/proc/{process}/fdinfo/{number}").open() as lines:
            for line in lines:
                if line.startswith(name):
                    yield line[len(name) :].split()[0]
    except OSError:
        return
