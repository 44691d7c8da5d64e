"""State that a process passes on to its children: limits, scheduling, descriptors and the like.

After each notebook, a fork server compares it with its own state at startup. No notebook should be
able to change it; if one did, no further notebook may inherit it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path

_LIMITS = {name: getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")}
_STATUS = (
    "Umask", "Uid", "Gid", "Groups", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff",
    "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Cpus_allowed", "Mems_allowed",
)  # fmt: skip
_FILES = ("oom_score_adj", "timerslack_ns", "personality", "coredump_filter", "cgroup")
_IOPRIO_GET = {"x86_64": 252, "aarch64": 31}
_WHO_PROCESS = 1


def process_state() -> Mapping[str, object]:
    """The state of this process by name, for comparison with `changes`."""
    state: dict[str, object] = {
        "working directory": _identity("."),
        "root directory": _identity("/"),
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "session": os.getsid(0),
        "process group": os.getpgid(0),
        **{name: resource.getrlimit(number) for name, number in _LIMITS.items()},
    }
    if sys.platform == "linux":
        state |= {
            "scheduling policy": os.sched_getscheduler(0),
            "scheduling priority": os.sched_getparam(0).sched_priority,
            "processor affinity": os.sched_getaffinity(0),
            "I/O priority": _io_priority(),
            **{name: value for name, value in own_status().items() if name in _STATUS},
            **{name: _text(name) for name in _FILES},
            **{f"descriptor {number}": found for number, found in _descriptors().items()},
        }
    return state


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The sorted names of what differs."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def open_descriptors() -> list[int]:
    """This process's open descriptors; empty on systems without ``/proc``."""
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]  # noqa: PTH208 - no paths
    except FileNotFoundError:
        return []


def _identity(path: str) -> tuple[int, int] | None:
    try:
        info = Path(path).stat()
    except OSError:
        return None
    return info.st_dev, info.st_ino


def own_status() -> dict[str, str]:
    """The fields of ``/proc/self/status`` (`proc(5)`); empty on systems without it."""
    try:
        lines = Path("/proc/self/status").read_text(errors="replace").splitlines()
    except OSError:
        return {}
    fields = (line.partition(":") for line in lines)
    return {name: value.strip() for name, _, value in fields}


def _text(name: str) -> str | None:
    # Some belong to root once a process has hidden itself (see `processes.hide`).
    try:
        return Path("/proc/self", name).read_text()
    except OSError:
        return None


def _descriptors() -> dict[int, tuple[int, int, int]]:
    """Device, inode and mode of every open file."""
    found = {}
    for number in open_descriptors():
        try:
            info = os.fstat(number)
        except OSError:
            # The descriptor through which they were listed.
            continue
        found[number] = (info.st_dev, info.st_ino, info.st_mode)
    return found


def _io_priority() -> int:
    number = _IOPRIO_GET.get(os.uname().machine)
    if number is None:
        return 0
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, _WHO_PROCESS, 0))
