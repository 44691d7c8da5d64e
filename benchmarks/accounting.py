"""Processor time and memory of a process and everything below it."""

from __future__ import annotations

import os
import threading

from proctor.sandbox.linux.processes import descendants, proportional_memory, stat_fields

_TICKS = os.sysconf("SC_CLK_TCK")


def tree_cpu_seconds(root: int) -> float:
    """CPU time of a process, its live descendants, and the processes that these have reaped."""
    return sum(_cpu(process) for process in (root, *descendants(root))) / _TICKS


def _cpu(process: int) -> int:
    # utime, stime, cutime, cstime
    return sum(int(field) for field in (stat_fields(process) or ())[11:15])


class PeakMemory:
    """Samples the memory of a process's descendants, shared pages counted once."""

    def __init__(self, root: int, seconds: float = 0.25) -> None:
        self.peak = 0
        self._root = root
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(self._seconds):
            self.peak = max(self.peak, proportional_memory(descendants(self._root)))
