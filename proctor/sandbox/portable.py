"""Processes on systems without ``/proc``, where notebooks run without a sandbox."""

from __future__ import annotations

import contextlib

import psutil


def descendants(root: int) -> set[int]:
    """As `proctor.sandbox.processes.descendants`."""
    try:
        return {child.pid for child in psutil.Process(root).children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def measure(processes: set[int]) -> tuple[int, float, int]:
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
