"""Monitor a running notebook and report when it exceeds a limit."""

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
    time_message,
    wall_time_message,
)

_MAX_SOCKETS = 64
_MIN_FREE_BYTES = 64 * MIB
"""Bytes that must be free on a disk that a notebook's files share with others."""
_MAX_TRANSIT_SECONDS = 1.0
"""How long open files may be in transit."""
_MAX_HIDDEN_POLLS = 10
"""How many polls in a row may find hidden files."""
_MAX_HEADLESS_POLLS = 2
"""How many polls in a row may find a process without its first thread: a process is briefly in that
state when it ends or executes another program."""


@dataclass(frozen=True)
class Storage:
    """Where a notebook's files are stored.

    Attributes:
        memory: File systems of its own, which are in memory.
        shared: A folder in memory that it shares with others.
        user: UID that it runs as, if not the server's.
        folder: A folder on a disk.
        max_bytes: Limit of that folder in bytes; 0: no limit.
    """

    memory: Sequence[Path] = ()
    shared: Path | None = None
    user: int | None = None
    folder: FolderUsage | None = None
    max_bytes: int = 0

    def memory_bytes(self) -> int:
        """Bytes of memory that the files take."""
        shared = 0
        if self.shared is not None and self.user is not None:
            shared = owned_bytes(self.shared, self.user)
        return shared + sum(map(used_bytes, self.memory))


class Monitor:
    """Checks one notebook's processes and folders, each time that it is polled."""

    def __init__(
        self,
        server: int,
        limits: ResourceLimits,
        *,
        sockets: Path,
        storage: Storage,
        own_namespaces: bool,
    ) -> None:
        """Start monitoring.

        Args:
            server: PID of the fork server, whose descendants are monitored.
            limits: See `ResourceLimits`.
            sockets: The folder of the kernel's sockets.
            storage: Where the notebook's files are stored.
            own_namespaces: Whether the server has its own PID namespace.
        """
        self._server = server
        self._limits = limits
        self._sockets = sockets
        self._storage = storage
        self._own_namespaces = own_namespaces
        self._hidden_file_polls = self._hidden_descriptor_polls = self._headless_polls = 0
        self._started = self._in_flight_since = time.monotonic()
        self._inherited: int | None = None
        self._peak = 0

    def take_peak(self) -> int:
        """Return the peak memory of the notebook in bytes, as an upper bound, and reset it.

        Memory that it shares with the server from its start is left out. Memory is polled, so that
        a short peak may be missed.
        """
        peak, self._peak = self._peak, 0
        return max(0, peak - (self._inherited or 0))

    def exceeded(self) -> Termination | None:
        """Which limit the notebook exceeded; None if none."""
        limits = self._limits
        too_many = Termination(
            f"the notebook ran more than {limits.processes} processes and threads"
        )
        if limits.processes and self._own_namespaces and others() > limits.processes:
            return too_many
        processes = descendants(self._server)
        usage = measure(processes)
        self._update_peak(usage.memory)
        if limits.processes and usage.tasks > limits.processes:
            return too_many
        if limits.cpu_seconds and usage.cpu_seconds > limits.cpu_seconds:
            return Termination(time_message(limits), timed_out=True)
        if limits.wall_seconds and time.monotonic() - self._started > limits.wall_seconds:
            return Termination(wall_time_message(limits), timed_out=True)
        self._headless_polls = self._headless_polls + 1 if usage.headless else 0
        if self._headless_polls > _MAX_HEADLESS_POLLS:
            return Termination("the notebook ended a process's first thread and went on in others")
        objects = self._objects(processes)
        memory = self._memory(processes, usage.memory, objects.buffer_bytes)
        if limits.memory_mib and memory > limits.memory_mib * MIB:
            return Termination(out_of_memory(limits))
        if objects.watches > max_watches():
            return Termination(f"the notebook watches more than {max_watches()} files with epoll")
        if objects.open > MAX_OPEN_FILES:
            return Termination(f"the notebook has more than {MAX_OPEN_FILES:,} open files")
        # Descriptors in a socket that is itself in transit can't be seen.
        if not objects.in_flight:
            self._in_flight_since = time.monotonic()
        passing = time.monotonic() - self._in_flight_since
        if objects.in_flight > MAX_IN_FLIGHT or passing > _MAX_TRANSIT_SECONDS:
            return Termination("the notebook sent open files that nobody received")
        self._hidden_descriptor_polls = self._hidden_descriptor_polls + 1 if objects.hidden else 0
        if self._hidden_descriptor_polls > _MAX_HIDDEN_POLLS:
            return Termination("the notebook hides its open files, so that they can't be counted")
        if sum(1 for _ in self._sockets.iterdir()) > _MAX_SOCKETS:
            return Termination(f"the notebook bound more than {_MAX_SOCKETS} sockets")
        return self._too_much_on_disk(processes)

    def _too_much_on_disk(self, processes: set[int]) -> Termination | None:
        storage = self._storage
        if storage.folder is None or not storage.max_bytes:
            return None
        try:
            taken, self._hidden_file_polls = storage.folder.bytes(processes), 0
        except UnreadableError:
            # A process is briefly hidden after a fork, and when it executes another program.
            self._hidden_file_polls += 1
            if self._hidden_file_polls < _MAX_HIDDEN_POLLS:
                return None
            return Termination("the notebook hides files, so that they can't be counted")
        if taken > storage.max_bytes:
            return Termination(
                f"the notebook wrote more than {storage.max_bytes // MIB} MiB of files"
            )
        if storage.folder.free_bytes() < _MIN_FREE_BYTES:
            # Otherwise the errors that follow would be blamed on the notebook.
            return Termination("the disk of the grading machine is full")
        return None

    def _update_peak(self, memory: int) -> None:
        if self._inherited is None:
            self._inherited = memory
        self._peak = max(self._peak, memory)

    def _objects(self, processes: set[int]) -> KernelObjects:
        found = kernel_objects(processes, self._storage.user)
        if not found.hidden:
            return found
        # A process is briefly hidden after a fork, and when it executes another program.
        worst = self._limits.open_files * len(processes) * SOCKET_BYTES
        return replace(
            found, buffer_bytes=worst if self._hidden_descriptor_polls >= _MAX_HIDDEN_POLLS else 0
        )

    def _memory(self, processes: set[int], at_most: int, buffers: int) -> int:
        files = self._storage.memory_bytes() + buffers
        # Proportional shares are slow to read, so only if the upper bound exceeds the limit.
        if at_most + files <= self._limits.memory_mib * MIB:
            return at_most + files
        return proportional_memory(processes) + files
