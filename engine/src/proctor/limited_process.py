"""Do something with what a student wrote in a child process that ends when it has cost enough.

Parsers have inputs on which they take a thousand times as long as usual, and nobody knows them all.
So what is rendered or parsed for one student is given a budget of time, memory and output as a
whole. The child is a fork of this process: it has all libraries at hand, gives back bytes and
nothing else, and takes with it whatever a parser in C or Rust does to its process.
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

_PIECE = 1 << 20
"""Bytes that are read at once."""

_DONE, _FAILED = b"\x01", b"\x00"
"""The last byte that a child sends: whether what comes before is what it made, or its error."""


@dataclass(frozen=True)
class Budget:
    """What a child may use.

    Attributes:
        seconds: Of wall time.
        cpu_seconds: Of processor time.
        mib: MiB of memory on top of what this process has mapped.
        max_bytes: Bytes of what it gives back.
    """

    seconds: float
    cpu_seconds: int
    mib: int
    max_bytes: int


class OverBudgetError(Exception):
    """The child did not give back what it should; says why in a few words."""


def within(budget: Budget, work: Callable[[], bytes]) -> bytes:
    """Run work in a child process; nothing that it changes is seen here.

    Args:
        budget: What it may use.
        work: Gives the bytes.

    Raises:
        OverBudgetError: It used more than that, or ended in another way.
    """
    # What waits in buffers would otherwise be written by both.
    sys.stdout.flush()
    sys.stderr.flush()
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        _in_child(budget, work, there)
    os.close(there)
    try:
        blob = _received(here, budget)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(here)
        _, status = os.waitpid(child, 0)
    if blob.endswith(_DONE):
        return blob[:-1]
    raise OverBudgetError(blob[:-1].decode() if blob.endswith(_FAILED) else _ending(status))


def _received(pipe: int, budget: Budget) -> bytes:
    """What comes through a pipe until its other end is closed."""
    pieces: list[bytes] = []
    size = 0
    deadline = time.monotonic() + budget.seconds
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN | select.POLLHUP)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not waiting.poll(1000 * left):
            raise OverBudgetError(f"more than {budget.seconds:g} s")
        piece = os.read(pipe, _PIECE)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > budget.max_bytes + 1:
            raise OverBudgetError(f"more than {budget.max_bytes:,} bytes")


def _ending(status: int) -> str:
    if os.WIFSIGNALED(status):
        ended = os.WTERMSIG(status)
        return "too much processor time" if ended == signal.SIGXCPU else f"signal {ended}"
    return "no result"


def _in_child(budget: Budget, work: Callable[[], bytes], pipe: int) -> None:
    """Never returns: nothing of this process's is to be done twice."""
    try:
        # It would look through, and so copy, all that this process has.
        gc.disable()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _quiet()
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


def _quiet() -> None:
    """Say nothing: libraries in C and Rust tell the terminal how they ended."""
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _limit(budget: Budget) -> None:
    _set(resource.RLIMIT_CPU, budget.cpu_seconds)
    _set(resource.RLIMIT_CORE, 0)
    mapped = Path("/proc/self/statm")
    # Elsewhere than on Linux this limit is not enforced.
    if mapped.exists():
        pages = int(mapped.read_text().split()[0])
        _set(resource.RLIMIT_AS, pages * resource.getpagesize() + budget.mib * 1024 * 1024)


def _set(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(kind, (limit, hard))
