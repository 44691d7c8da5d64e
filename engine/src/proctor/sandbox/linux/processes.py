"""Find, measure and kill the processes of a notebook."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from proctor.sandbox.linux.capabilities import (
    SET_CHILD_SUBREAPER,
    SET_DUMPABLE,
    SET_PDEATHSIG,
    prctl,
)

_HAS_PROC = Path("/proc/self/stat").exists()
_TICKS = os.sysconf("SC_CLK_TCK")
_ENDED = ("Z", "X")
"""Process states of `proc_pid_stat(5)`: zombie and dead."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.0005, 0.01
"""Seconds between attempts to kill what is left: most processes are gone at once."""
_EXITING = 0x4
"""``PF_EXITING`` among the flags of `proc_pid_stat(5)`."""


@dataclass(frozen=True)
class Usage:
    """Resources that all of a notebook's processes use together.

    Attributes:
        tasks: Processes and threads.
        cpu_seconds: Processor time of those that still run, in seconds.
        memory: Upper bound in bytes, with shared pages counted in full.
        headless: Whether the first thread of a process has ended while others continue: the system
            then shows neither its memory nor its files.
    """

    tasks: int
    cpu_seconds: float
    memory: int
    headless: bool = False


def adopt_orphans() -> None:
    """Become the parent of every orphaned descendant, so that none gets lost."""
    if sys.platform == "linux":
        prctl(SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Be killed when the parent ends, however it ends; a change of user undoes this."""
    if sys.platform == "linux":
        prctl(SET_PDEATHSIG, signal.SIGKILL)


def hide(hidden: bool) -> None:
    """Prevent processes of the same user from inspecting this one, or allow it again.

    A hidden process can't be traced, and most of its files in ``/proc`` belong to root.
    """
    if sys.platform == "linux":
        prctl(SET_DUMPABLE, int(not hidden))


def descendants(root: int) -> set[int]:
    """The PIDs of all living descendants of a process."""
    if not _HAS_PROC:
        return _portable_descendants(root)
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            fields = stat_fields(int(entry.name))
            if fields is not None:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: set[int] = set()
    ahead = [root]
    while ahead:
        for child in children.get(ahead.pop(), ()):
            if child not in found:
                found.add(child)
                ahead.append(child)
    return found


def outside(root: int, inside: int) -> int:
    """Translate the PID of a descendant in another PID namespace to this namespace.

    Args:
        root: PID of a process in this namespace from which it descends.
        inside: Its PID in its innermost namespace.

    Raises:
        ProcessLookupError: There is no such process.
    """
    numbers = {process: _namespace_pids(process) for process in descendants(root)}
    found = [process for process, known in numbers.items() if known[-1:] == [inside]]
    if not found:
        raise ProcessLookupError(f"no process {inside} below {root}")
    # A process in a namespace in between may have the same PID by chance.
    return max(found, key=lambda process: len(numbers[process]))


def _namespace_pids(process: int) -> list[int]:
    """A process's PIDs from this namespace inwards; empty if it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return [int(number) for number in line.split()[1:]]
    return []


def measure(processes: set[int]) -> Usage:
    """Add up the resources that processes use; those that have ended meanwhile count as zero."""
    if not _HAS_PROC:
        return Usage(*_portable_usage(processes))
    tasks, ticks, memory, headless = 0, 0, 0, False
    for process in processes:
        fields = stat_fields(process)
        if fields is None:
            continue
        tasks += int(fields[17])
        ticks += int(fields[11]) + int(fields[12])
        memory += _resident(process)
        headless = headless or (fields[0] in _ENDED and _has_live_threads(process))
    return Usage(tasks, ticks / _TICKS, memory, headless)


def _has_live_threads(process: int) -> bool:
    """Whether a process whose first thread has ended has threads that are not ending as well.

    When a whole process ends, its threads end one after another: each is sent SIGKILL, which
    can't be blocked, and is then marked as exiting.
    """
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 - only names are needed
            if not _kill_pending(process, thread) and not _is_exiting(process, thread):
                return True
    return False


def _kill_pending(process: int, thread: str) -> bool:
    """Whether SIGKILL is pending for a thread; True if the thread is gone."""
    try:
        text = Path(f"/proc/{process}/task/{thread}/status").read_text(errors="replace")
    except OSError:
        return True
    pending = next((line for line in text.splitlines() if line.startswith("SigPnd:")), "SigPnd: 0")
    return bool(int(pending.split()[1], 16) >> (signal.SIGKILL - 1) & 1)


def _is_exiting(process: int, thread: str) -> bool:
    """Whether a thread has ended, is exiting, or is gone."""
    fields = stat_fields(int(thread), folder=Path(f"/proc/{process}/task"))
    return fields is None or fields[0] in _ENDED or bool(int(fields[6]) & _EXITING)


def proportional_memory(processes: set[int]) -> int:
    """Bytes of memory, where a page shared by n processes counts 1/n for each.

    If a process hides this from its own user, all its pages count in full.
    """
    if not _HAS_PROC:
        return _portable_usage(processes)[2]
    return sum(map(_proportional, processes))


def others() -> int:
    """Number of processes in our own PID namespace besides this process and the first one.

    Only names are read: during a fork bomb the full count would come too late.
    """
    return sum(entry.name.isdigit() for entry in os.scandir("/proc")) - 2


def end_all(root: int, *, whole_namespace: bool, seconds: float = 30.0) -> bool:
    """Kill every descendant of this process, however often they fork, and reap them.

    Args:
        root: This process.
        whole_namespace: Whether the PID namespace holds only this process, its descendants and the
            first process, so that one call kills all of them at once.
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    end = time.monotonic() + seconds
    pause = _FIRST_PAUSE
    while time.monotonic() < end:
        if whole_namespace:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            _kill_each(descendants(root))
        reap()
        if not (others() if whole_namespace else descendants(root)):
            return True
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    return False


def reap() -> dict[int, int]:
    """Reap the children that have ended, and return their exit codes by PID."""
    ended: dict[int, int] = {}
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if process == 0:
            return ended
        ended[process] = os.waitstatus_to_exitcode(status)


def _kill_each(processes: set[int]) -> None:
    # Stopped first: a stopped process can't fork while the others are being killed.
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for process in processes:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, number)


def stat_fields(process: int, folder: Path = Path("/proc")) -> list[str] | None:
    """The fields of ``/proc/PID/stat`` after the name, which may contain anything."""
    try:
        text = (folder / str(process) / "stat").read_text(errors="replace")
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def _proportional(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except PermissionError:
        return _resident(process)
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def tasks_of(user: int) -> int:
    """Number of processes and threads of a user."""
    total = 0
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == user:
                total += len(list(os.scandir(f"/proc/{entry.name}/task")))
    return total


def _resident(process: int) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(errors="replace").splitlines():
            if line.startswith(("RssAnon:", "RssShmem:", "VmPTE:")):
                total += int(line.split()[1]) * 1024
    return total


def _portable_descendants(root: int) -> set[int]:
    """As `descendants`, on systems without ``/proc``."""
    try:
        return {child.pid for child in psutil.Process(root).children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def _portable_usage(processes: set[int]) -> tuple[int, float, int]:
    """Threads, processor seconds, and bytes of memory with shared pages counted in full."""
    threads, seconds, memory = 0, 0.0, 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            one = psutil.Process(process)
            times = one.cpu_times()
            threads += one.num_threads()
            seconds += times.user + times.system
            memory += one.memory_info().rss
    return threads, seconds, memory
