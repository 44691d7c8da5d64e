"""Objects that processes hold in the Linux kernel, outside of any process's memory.

Data in sockets and pipes: control groups count it; without them the worst case is assumed, since
it can't be seen from outside how full a buffer is. Epoll watches, and descriptors that were sent
but not received: Linux counts them per user across all namespaces, so that one notebook could
exhaust the limit for others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from proctor.sandbox.linux.users import acting_as

SOCKET_BYTES, _PIPE = 212_992, 65_536
"""Bytes that each buffers: ``net.core.wmem_default``, which notebooks can't change; `pipe(7)`."""

MAX_IN_FLIGHT = 16
"""Maximum number of descriptors that were sent but not received. From ``RLIMIT_NOFILE`` on, no
process of the same user can send any; libraries send one or two at a time."""

MAX_OPEN_FILES = 20_000
"""Maximum number of open files of all processes together, which keeps inspecting them fast."""

_SHARE_OF_WATCHES = 32
_FEWEST_WATCHES = 20_000
_USER_WATCHES = Path("/proc/sys/fs/epoll/max_user_watches")

_EPOLL = "anon_inode:[eventpoll]"


@dataclass(frozen=True)
class KernelObjects:
    """Kernel objects that some processes hold.

    Attributes:
        buffer_bytes: Bytes that their sockets and pipes can hold at most.
        watches: Files that they watch with `epoll(7)`.
        in_flight: Descriptors in the queues of their sockets; not those in sockets that are
            themselves in transit.
        open: Open files, counted once for each process that has them open.
        hidden: Whether a process hides its open files.
    """

    buffer_bytes: int = 0
    watches: int = 0
    in_flight: int = 0
    open: int = 0
    hidden: bool = False


@cache
def max_watches() -> int:
    """How many files one notebook may watch: a small share of a user's limit."""
    try:
        return max(_FEWEST_WATCHES, int(_USER_WATCHES.read_text()) // _SHARE_OF_WATCHES)
    except (OSError, ValueError):
        return _FEWEST_WATCHES


def kernel_objects(processes: Iterable[int], user: int | None) -> KernelObjects:
    """Count the kernel objects that some processes hold; each socket and pipe counts once.

    Counting stops soon after a limit is exceeded. A process that can't be inspected does not
    prevent the others from being counted.

    Args:
        processes: PIDs of the processes whose open files are inspected.
        user: UID of the processes, if not this process's.
    """
    buffers: set[str] = set()
    watches = in_flight = opened = 0
    hidden = False
    limit = max_watches()
    with acting_as(user):
        for process in processes:
            names = _descriptors(process)
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


def _descriptors(process: int) -> list[str] | None:
    """A process's open descriptors; None if it hides them."""
    try:
        return os.listdir(f"/proc/{process}/fd")  # noqa: PTH208 - many times a second
    except PermissionError:
        return None
    # The process has ended meanwhile.
    except OSError:
        return []


def _target(process: int, number: str) -> str:
    """What a descriptor refers to; empty if unknown, as for a path that is too long."""
    try:
        return os.readlink(f"/proc/{process}/fd/{number}")  # noqa: PTH115 - many times a second
    except OSError:
        return ""


def _details(process: int, number: str, name: str) -> Iterator[str]:
    """Yield the values of all lines of a descriptor's ``fdinfo`` that begin with a name."""
    try:
        with Path(f"/proc/{process}/fdinfo/{number}").open() as lines:
            for line in lines:
                if line.startswith(name):
                    yield line[len(name) :].split()[0]
    except OSError:
        return
