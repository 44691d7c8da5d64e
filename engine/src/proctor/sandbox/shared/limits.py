"""Resource limits of one notebook."""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import dataclass

from proctor.sandbox.linux.process_state import own_status

MIB = 1024 * 1024
_PROCESS_MARGIN = 16
"""Added to the limit, so that the monitor sees it exceeded and can report it."""
_SIGNALS = 1024
"""Maximum number of pending signals and timers."""
_PER_NAMESPACE_NPROC = (5, 14)
"""First Linux version in which RLIMIT_NPROC counts processes per user namespace."""


@dataclass(frozen=True)
class ResourceLimits:
    """Limits on all processes of a notebook together; 0 turns a limit off.

    Attributes:
        memory_mib: MiB of memory, files in the scratch folder included; shared pages count
            proportionally.
        cpu_seconds: Seconds of processor time.
        processes: Processes and threads at a time.
        file_mib: Size of one file in MiB.
        open_files: Open files per process.
        printed_mib: MiB of characters that a cell may print.
        wall_seconds: Seconds of wall-clock time since its start, for the case that the grader
            itself is blocked and can't end it. Set by the grader, to several times its own timeout.
    """

    memory_mib: int = 4096
    cpu_seconds: int = 1200
    processes: int = 512
    file_mib: int = 512
    open_files: int = 1024
    printed_mib: int = 50
    wall_seconds: int = 0

    @property
    def max_processes(self) -> int:
        """Limit on processes and threads that Linux enforces, where it can count them."""
        return self.processes + _PROCESS_MARGIN

    def apply(self, *, own_users: bool = False, others: int | None = None) -> None:
        """Set the limits that Linux itself enforces, for this process and all its future children.

        Processor time is limited per process here, and memory as the private memory of one process
        beyond what it has already; the monitor and control groups limit the totals.

        Args:
            own_users: Whether the notebook has its own user namespace, in which processes can be
                counted. Linux does not count those of a grader that is root.
            others: Number of other processes and threads of its user, where they are counted
                together; None: not relevant.
        """
        _limit(resource.RLIMIT_CORE, 0)
        if self.cpu_seconds:
            _limit(resource.RLIMIT_CPU, self.cpu_seconds + 1)
        if self.file_mib:
            _limit(resource.RLIMIT_FSIZE, self.file_mib * MIB)
        if self.open_files:
            _limit(resource.RLIMIT_NOFILE, self.open_files)
        if self.processes and own_users and _kernel_version() >= _PER_NAMESPACE_NPROC:
            _limit(resource.RLIMIT_NPROC, self.max_processes)
        elif self.processes and others is not None:
            _limit(resource.RLIMIT_NPROC, others + self.max_processes)
        if sys.platform == "linux":
            # Counted per user: one notebook could otherwise exhaust the limit for others.
            _limit(resource.RLIMIT_SIGPENDING, _SIGNALS)
        if self.memory_mib and sys.platform == "linux":
            _limit(resource.RLIMIT_DATA, _private_bytes() + self.memory_mib * MIB)


def _limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _kernel_version() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split(".")[:2] if part.isdigit())


def _private_bytes() -> int:
    """Bytes that count against RLIMIT_DATA already: private writable memory."""
    return int(own_status().get("VmData", "0").split()[0]) * 1024


@dataclass(frozen=True)
class Termination:
    """Why a notebook's kernel ended.

    Attributes:
        reason: Text for the student.
        timed_out: Whether it exceeded a time limit.
    """

    reason: str
    timed_out: bool = False


def time_message(limits: ResourceLimits) -> str:
    """Message for a notebook that used too much processor time."""
    return f"the notebook used more than {limits.cpu_seconds} seconds of processor time"


def wall_time_message(limits: ResourceLimits) -> str:
    """Message for a notebook that did not finish in time."""
    return f"the notebook had not ended after {limits.wall_seconds} seconds"


def out_of_memory(limits: ResourceLimits) -> str:
    """Message for a notebook that used too much memory."""
    return f"the notebook used more than {limits.memory_mib} MiB of memory"
