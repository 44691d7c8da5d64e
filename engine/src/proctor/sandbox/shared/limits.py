"""What one notebook may use of the machine."""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import dataclass

from proctor.sandbox.linux.process_state import own_status

MIB = 1024 * 1024
_SPARE_PROCESSES = 16
"""More than the limit, so that the watch sees it crossed and can say so."""
_SIGNALS = 1024
"""Signals and timers that may wait to be delivered."""
_COUNTED_APART = (5, 14)
"""The Linux from which on RLIMIT_NPROC counts the processes of a user namespace by itself."""


@dataclass(frozen=True)
class ResourceLimits:
    """Limits of all processes of a notebook together; 0 turns a limit off.

    Attributes:
        memory_mib: MiB of memory, files in the scratch folder included, pages shared with
            others counted by their share.
        cpu_seconds: Seconds of processor time.
        processes: Processes and threads at a time.
        file_mib: MiB of one file.
        open_files: Open files of one process.
        printed_mib: MiB of characters that a cell may print.
        wall_seconds: Seconds from its start, whatever it waits for; a grader that is made to wait
            itself can't end it. Several times what the grader allows; the grader sets it.
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
        """How many processes and threads the kernel lets a notebook have, where it counts."""
        return self.processes + _SPARE_PROCESSES

    def apply(self, *, own_users: bool = False, others: int | None = None) -> None:
        """Set what the kernel itself enforces, for this process and all its future children.

        Processor time is set per process here, and memory as the private memory of one process
        on top of what it has; the sums are the work of the watch and of control groups.

        Args:
            own_users: This is a user namespace of the notebook's own, in which processes can be
                counted. The kernel does not count those of a grader who is root.
            others: How many processes and threads its user has besides, where they are counted
                together; None: this does not matter.
        """
        _limit(resource.RLIMIT_CORE, 0)
        if self.cpu_seconds:
            _limit(resource.RLIMIT_CPU, self.cpu_seconds + 1)
        if self.file_mib:
            _limit(resource.RLIMIT_FSIZE, self.file_mib * MIB)
        if self.open_files:
            _limit(resource.RLIMIT_NOFILE, self.open_files)
        if self.processes and own_users and _kernel_version() >= _COUNTED_APART:
            _limit(resource.RLIMIT_NPROC, self.max_processes)
        elif self.processes and others is not None:
            _limit(resource.RLIMIT_NPROC, others + self.max_processes)
        if sys.platform == "linux":
            # Counted per user, so that one notebook could use up what is there for others.
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
    """What counts against RLIMIT_DATA already: private memory that can be written."""
    return int(own_status().get("VmData", "0").split()[0]) * 1024


@dataclass(frozen=True)
class Termination:
    """Why a notebook's kernel ended.

    Attributes:
        reason: In words, as the student reads them.
        timed_out: Whether its time was up.
    """

    reason: str
    timed_out: bool = False


def out_of_time(limits: ResourceLimits) -> str:
    """The words for a notebook that computed too long."""
    return f"the notebook used more than {limits.cpu_seconds} seconds of processor time"


def out_of_wall_time(limits: ResourceLimits) -> str:
    """The words for a notebook that did not come to its end."""
    return f"the notebook had not ended after {limits.wall_seconds} seconds"


def out_of_memory(limits: ResourceLimits) -> str:
    """The words for a notebook that took too much memory."""
    return f"the notebook used more than {limits.memory_mib} MiB of memory"
