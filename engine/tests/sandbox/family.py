"""Look at the processes of a zygote."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil


def family(folder: Path) -> set[psutil.Process]:
    """Those whose sandbox was made with a zygote's folder, and all that descend from them.

    The zygote itself lets go, from time to time, of those that have ended.
    """
    found: set[psutil.Process] = set()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if str(folder) in " ".join(process.cmdline()):
                found |= {process, *process.children(recursive=True)}
    return set(filter(runs, found))


def runs(process: psutil.Process) -> bool:
    """Whether it has not ended, collected or not."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def all_end(processes: Iterable[psutil.Process], seconds: float = 20.0) -> bool:
    """Whether they all end within so many seconds."""
    return not any(map(runs, psutil.wait_procs(processes, timeout=seconds)[1]))
