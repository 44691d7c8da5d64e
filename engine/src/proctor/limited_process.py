"""Process a student's files in a child process with limited time, memory and output.

Parsers have inputs on which they take a thousand times as long as usual, and not all of them are
known. Everything that is parsed or rendered for one student therefore shares a single budget. The
child is a fork of this process: all libraries are already imported, it returns only bytes, and a
crash of a parser in C or Rust affects only the child.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20
"""Bytes per read."""

_DONE, _FAILED = b"\x01", b"\x00"
"""The last byte that a child sends: whether a result or the name of an error precedes it."""


@dataclass(frozen=True)
class ProcessBudget:
    """Limits of a child process.

    Attributes:
        seconds: Wall time in seconds.
        cpu_seconds: CPU time in seconds.
        mib: Memory in MiB, in addition to what this process has mapped.
        max_bytes: Size of the result in bytes.
    """

    seconds: float
    cpu_seconds: int
    mib: int
    max_bytes: int


class OverBudgetError(Exception):
    """The child returned no result; the message states why."""


def within(budget: ProcessBudget, work: Callable[[], bytes]) -> bytes:
    """Run work in a child process and return its result; changes to the process's state are lost.

    Args:
        budget: Limits of the child.
        work: Returns the result.

    Raises:
        OverBudgetError: The child exceeded the budget, failed, or exited without a result.
    """
    # Buffered output would otherwise be written by both processes.
    sys.stdout.flush()
    sys.stderr.flush()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        _run_child(budget, work, write_end)
    os.close(write_end)
    try:
        blob = _read_all(read_end, budget)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(read_end)
        _, status = os.waitpid(child, 0)
    if blob.endswith(_DONE):
        return blob[:-1]
    raise OverBudgetError(blob[:-1].decode() if blob.endswith(_FAILED) else _exit_reason(status))


def _read_all(pipe: int, budget: ProcessBudget) -> bytes:
    """Read from a pipe until its other end is closed."""
    pieces: list[bytes] = []
    size = 0
    deadline = time.monotonic() + budget.seconds
    poller = select.poll()
    poller.register(pipe, select.POLLIN | select.POLLHUP)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poller.poll(1000 * left):
            raise OverBudgetError(f"more than {budget.seconds:g} s")
        piece = os.read(pipe, _CHUNK)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > budget.max_bytes + 1:
            raise OverBudgetError(f"more than {budget.max_bytes:,} bytes")


def _exit_reason(status: int) -> str:
    if os.WIFSIGNALED(status):
        ended = os.WTERMSIG(status)
        return "too much processor time" if ended == signal.SIGXCPU else f"signal {ended}"
    return "no result"


def _run_child(budget: ProcessBudget, work: Callable[[], bytes], pipe: int) -> None:
    """Run the work and exit; never returns, so that the parent's code does not run twice."""
    try:
        # Garbage collection would touch, and so copy, all memory shared with the parent.
        gc.disable()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _silence_output()
        _limit(budget)
        try:
            blob, last = work(), _DONE
        except BaseException as error:
            blob, last = type(error).__name__.encode(), _FAILED
        with os.fdopen(pipe, "wb") as file:
            file.write(blob)
            file.write(last)
    finally:
        os._exit(0)


def _silence_output() -> None:
    """Discard output: C and Rust libraries print to the terminal when they crash."""
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _limit(budget: ProcessBudget) -> None:
    _set(resource.RLIMIT_CPU, budget.cpu_seconds)
    _set(resource.RLIMIT_CORE, 0)
    mapped = Path("/proc/self/statm")
    # Other systems than Linux do not enforce this limit.
    if mapped.exists():
        pages = int(mapped.read_text().split()[0])
        _set(resource.RLIMIT_AS, pages * resource.getpagesize() + budget.mib * 1024 * 1024)


def _set(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(kind, (limit, hard))
