"""What processes hold in the kernel itself: bytes on their way through sockets and pipes.

These belong to no process's memory. Control groups count them; where there are none, the worst case
is counted, since nobody outside can see how full a buffer is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from proctor.sandbox.users import acting_as

SOCKET_BYTES, _PIPE = 212_992, 65_536
"""Bytes that one takes in: ``net.core.wmem_default``, and `pipe(7)`."""


def buffer_bytes(processes: Iterable[int], user: int | None) -> int:
    """Bytes that sockets and pipes of some processes may hold at most, each counted once.

    Args:
        processes: Those that have them open.
        user: Whose processes they are, if they are not this process's user's.

    Raises:
        PermissionError: A process hides its open files.
    """
    found: set[str] = set()
    with acting_as(user):
        for process in processes:
            found.update(_kinds(process))
    sockets = sum(name.startswith("socket:") for name in found)
    pipes = sum(name.startswith("pipe:") for name in found)
    return sockets * SOCKET_BYTES + pipes * _PIPE


def _kinds(process: int) -> Iterator[str]:
    try:
        for file in Path(f"/proc/{process}/fd").iterdir():
            try:
                yield str(file.readlink())
            except FileNotFoundError:
                continue
    # It has ended meanwhile.
    except (FileNotFoundError, ProcessLookupError):
        return
