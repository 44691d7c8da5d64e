"""Watch a running notebook and say when it goes beyond what it may use."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from proctor.sandbox.inside.kernel_objects import (
    MAX_IN_FLIGHT,
    MAX_OPEN_FILES,
    SOCKET_BYTES,
    KernelObjects,
    kernel_objects,
    max_watches,
)
from proctor.sandbox.inside.scratch import FolderUsage, UnreadableError, used_bytes
from proctor.sandbox.linux.processes import descendants, measure, others, proportional_memory
from proctor.sandbox.linux.shared_memory import owned_bytes
from proctor.sandbox.shared.limits import (
    MIB,
    ResourceLimits,
    Termination,
    out_of_memory,
    out_of_time,
    out_of_wall_time,
)

_MAX_SOCKETS = 64
_ROOM = 64 * MIB
"""Bytes that must be free on a disk that a notebook's files share with others."""
_PASSING_SECONDS = 1.0
"""How long open files may be on their way."""
_HIDDEN_LOOKS = 10
"""How many times in a row files may not be seen."""
_HEADLESS_LOOKS = 2
"""How many times in a row a process may be seen without its first thread: one that ends, or becomes
another program, is so for a moment."""


@dataclass(frozen=True)
class Storage:
    """Where a notebook's files lie.

    Attributes:
        memory: File systems of its own, which are memory.
        shared: A folder of memory that it shares with others.
        user: As whom it runs, if not as the server's user.
        folder: A folder on a disk.
        max_bytes: Bytes that may be in that folder; 0: no limit.
    """

    memory: Sequence[Path] = ()
    shared: Path | None = None
    user: int | None = None
    folder: FolderUsage | None = None
    max_bytes: int = 0

    def memory_bytes(self) -> int:
        """What it takes of the memory."""
        shared = 0
        if self.shared is not None and self.user is not None:
            shared = owned_bytes(self.shared, self.user)
        return shared + sum(map(used_bytes, self.memory))


class Monitor:
    """Looks at one notebook's processes and folders, as often as it is asked."""

    def __init__(
        self,
        server: int,
        limits: ResourceLimits,
        *,
        sockets: Path,
        storage: Storage,
        own_namespaces: bool,
    ) -> None:
        """Start watching.

        Args:
            server: Process id of the fork server, whose descendants are watched.
            limits: See `ResourceLimits`.
            sockets: The folder of the kernel's sockets.
            storage: Where its files lie.
            own_namespaces: Whether the process namespace is the server's own.
        """
        self._server = server
        self._limits = limits
        self._sockets = sockets
        self._storage = storage
        self._own_namespaces = own_namespaces
        self._hidden = self._veiled = self._headless = 0
        self._started = self._passing = time.monotonic()
        self._inherited: int | None = None
        self._peak = 0

    def take_peak(self) -> int:
        """Bytes of memory that the notebook has come to need since it began, at most.

        What it shares with the server from its start is left out. Looked at now and then, so that
        a short peak may be missed; after this call the next peak is looked for.
        """
        peak, self._peak = self._peak, 0
        return max(0, peak - (self._inherited or 0))

    def exceeded(self) -> Termination | None:
        """Which limit the notebook went beyond; None where it keeps to all."""
        limits = self._limits
        too_many = Termination(
            f"the notebook ran more than {limits.processes} processes and threads"
        )
        if limits.processes and self._own_namespaces and others() > limits.processes:
            return too_many
        processes = descendants(self._server)
        usage = measure(processes)
        self._weigh(usage.memory)
        if limits.processes and usage.tasks > limits.processes:
            return too_many
        if limits.cpu_seconds and usage.cpu_seconds > limits.cpu_seconds:
            return Termination(out_of_time(limits), timed_out=True)
        if limits.wall_seconds and time.monotonic() - self._started > limits.wall_seconds:
            return Termination(out_of_wall_time(limits), timed_out=True)
        self._headless = self._headless + 1 if usage.headless else 0
        if self._headless > _HEADLESS_LOOKS:
            return Termination("the notebook ended a process's first thread and went on in others")
        objects = self._objects(processes)
        memory = self._memory(processes, usage.memory, objects.buffer_bytes)
        if limits.memory_mib and memory > limits.memory_mib * MIB:
            return Termination(out_of_memory(limits))
        if objects.watches > max_watches():
            return Termination(f"the notebook watches more than {max_watches()} files with epoll")
        if objects.open > MAX_OPEN_FILES:
            return Termination(f"the notebook has more than {MAX_OPEN_FILES:,} open files")
        # What is in a socket that is on its way itself can't be seen.
        if not objects.in_flight:
            self._passing = time.monotonic()
        passing = time.monotonic() - self._passing
        if objects.in_flight > MAX_IN_FLIGHT or passing > _PASSING_SECONDS:
            return Termination("the notebook sent open files that nobody received")
        self._veiled = self._veiled + 1 if objects.hidden else 0
        if self._veiled > _HIDDEN_LOOKS:
            return Termination("the notebook hides its open files, so that they can't be counted")
        if sum(1 for _ in self._sockets.iterdir()) > _MAX_SOCKETS:
            return Termination(f"the notebook bound more than {_MAX_SOCKETS} sockets")
        return self._too_much_on_disk(processes)

    def _too_much_on_disk(self, processes: set[int]) -> Termination | None:
        storage = self._storage
        if storage.folder is None or not storage.max_bytes:
            return None
        try:
            taken, self._hidden = storage.folder.bytes(processes), 0
        except UnreadableError:
            # A process that was just forked, or becomes another program, is hidden for a moment.
            self._hidden += 1
            if self._hidden < _HIDDEN_LOOKS:
                return None
            return Termination("the notebook hides files, so that they can't be counted")
        if taken > storage.max_bytes:
            return Termination(
                f"the notebook wrote more than {storage.max_bytes // MIB} MiB of files"
            )
        if storage.folder.free_bytes() < _ROOM:
            # Of whatever it fails then, it would look like the notebook's own fault.
            return Termination("the disk of the grading machine is full")
        return None

    def _weigh(self, memory: int) -> None:
        if self._inherited is None:
            self._inherited = memory
        self._peak = max(self._peak, memory)

    def _objects(self, processes: set[int]) -> KernelObjects:
        found = kernel_objects(processes, self._storage.user)
        if not found.hidden:
            return found
        # A process that was just forked, or becomes another program, is hidden for a moment.
        worst = self._limits.open_files * len(processes) * SOCKET_BYTES
        return replace(found, buffer_bytes=worst if self._veiled >= _HIDDEN_LOOKS else 0)

    def _memory(self, processes: set[int], at_most: int, buffers: int) -> int:
        files = self._storage.memory_bytes() + buffers
        # Shares are slow to read, so only where the upper bound is too much.
        if at_most + files <= self._limits.memory_mib * MIB:
            return at_most + files
        return proportional_memory(processes) + files
