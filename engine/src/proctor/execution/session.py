"""Drive one sandboxed kernel from outside, with limits on time and output."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from proctor.execution.bounded_client import Client
from proctor.kernel_client.output_budget import Allowance
from proctor.sandbox.host.forkserver import ServerLostError
from proctor.sandbox.host.kernel_connection import replies, start_kernel
from proctor.sandbox.host.kernel_slot import KernelSlot
from proctor.text import plain

_TIMEOUT_NAME = "CellTimeoutError"
_CELL_FILE = re.compile(r"\(\d+\.py, line ")
_ENDING_SECONDS = 2.0
T = TypeVar("T", covariant=True)
_MAX_MESSAGE = 500
"""Maximum characters of an exception's name and message."""


@dataclass(frozen=True)
class Limits:
    """Limits of one notebook on time and output.

    Attributes:
        cell_seconds: Wall-clock seconds per cell; 0 turns the limit off.
        notebook_seconds: Wall-clock seconds for all cells together; 0 turns the limit off.
        cell_output_bytes: Bytes of output kept per cell; 0 turns the limit off.
        notebook_output_bytes: Bytes of output kept of all cells together; 0 turns the limit off.
        interrupt_seconds: Wall-clock seconds that an interrupted kernel has to respond before it is
            given up, and in which the outputs of a finished cell must arrive.
    """

    cell_seconds: int = 60
    notebook_seconds: int = 600
    cell_output_bytes: int = 1_000_000
    notebook_output_bytes: int = 10_000_000
    interrupt_seconds: int = 10


@dataclass(frozen=True)
class CellRun:
    """How the execution of one cell ended.

    Attributes:
        outputs: What it printed and showed.
        error: Name and message of the exception that ended it, if one did.
        timed_out: Whether it was interrupted at its time limit.
    """

    outputs: list[NotebookNode]
    error: str | None = None
    timed_out: bool = False


class KernelLost(Exception):  # noqa: N818
    """The kernel died, or its time is up; no more code can run in it.

    Attributes:
        timed_out: Whether a time limit was the reason.
    """

    def __init__(self, reason: str, *, timed_out: bool) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class Asker(Protocol[T]):
    """A process that is asked for something, and needs a kernel's answers for it."""

    async def reply(self, request: Mapping[str, Any]) -> T:
        """Send a request, and wait for the reply."""

    def interrupt(self) -> None:
        """Interrupt what it does."""


class TimeLeft:
    """The wall-clock seconds that a notebook's code may still take."""

    def __init__(self, limits: Limits, used_up: str) -> None:
        """Start to count.

        Args:
            limits: See `Limits`.
            used_up: The reason when nothing is left, with a place for the seconds.
        """
        self._limits = limits
        self._used_up = used_up
        whole = limits.notebook_seconds
        self._deadline = time.monotonic() + whole if whole else None

    def seconds(self) -> int | None:
        """The seconds of the next cell; None if there is no limit.

        Raises:
            KernelLost: Nothing is left.
        """
        limits = [self._limits.cell_seconds] if self._limits.cell_seconds else []
        if self._deadline is not None:
            left = math.ceil(self._deadline - time.monotonic())
            if left <= 0:
                reason = self._used_up.format(self._limits.notebook_seconds)
                raise KernelLost(reason, timed_out=True)
            limits.append(left)
        return min(limits) if limits else None


class Session:
    """Executes pieces of code in one kernel, one after the other."""

    def __init__(self, client: Client, slot: KernelSlot, limits: Limits) -> None:
        self._client = client
        self._slot = slot
        self._limits = limits
        self._time = TimeLeft(limits, "the notebook used up its {} seconds")

    def run(self, source: str) -> CellRun:
        """Execute code.

        Raises:
            KernelLost: The kernel died or can't be interrupted, or the notebook's time is up.
            ServerLostError: The fork server was lost; another one can run the notebook again.
        """
        return run_sync(self._run)(source)

    def answer(
        self, answering: str, asker: Asker[T], request: Mapping[str, Any]
    ) -> tuple[T, CellRun | KernelLost]:
        """Execute code that answers another process, while that process does what it is asked for.

        Args:
            answering: The code to execute; the other process tells it when to end.
            asker: The other process.
            request: What it is asked for.

        Returns:
            Its reply, and how the run here ended, or why the kernel here was lost.

        Raises:
            KernelLost: The other process was lost.
            ServerLostError: See `run`.
        """
        return run_sync(self._answer)(answering, asker, request)

    async def _answer(
        self, answering: str, asker: Asker[T], request: Mapping[str, Any]
    ) -> tuple[T, CellRun | KernelLost]:
        answer = asyncio.ensure_future(self._run(answering))
        asked = asyncio.ensure_future(asker.reply(request))
        # Both may be lost, and only one is told of.
        for future in (answer, asked):
            future.add_done_callback(retrieve)
        try:
            await asyncio.wait([asked, answer], return_when=asyncio.FIRST_COMPLETED)
            # Who asks notices at once that nobody answers, unless it is busy with its own.
            await _ended(asked, asker.interrupt)
            reply = await asked
            await _ended(answer, self._slot.interrupt)
        finally:
            for task in (asked, answer):
                task.cancel()
        try:
            return reply, await answer
        except KernelLost as lost:
            return reply, lost

    async def _run(self, source: str) -> CellRun:
        client = self._client
        cell = client.begin(source)
        client.timeout = self._time.seconds()
        try:
            await client.async_execute_cell(cell, 0)
        except DeadKernelError:
            termination = self._slot.final_termination("the kernel closed its connection")
            raise KernelLost(termination.reason, timed_out=termination.timed_out) from None
        except CellTimeoutError:
            # The kernel never published the end of the cell, for example because the cell's output
            # overflowed the kernel's own queue.
            await self._check_responsive()
            return CellRun(client.shown(), "the cell's end was never shown")
        timed_out = client.reply.get("ename") == _TIMEOUT_NAME
        if timed_out:
            await self._check_responsive()
        return CellRun(client.shown(), self._error(timed_out), timed_out)

    def memory(self) -> int:
        """Peak memory of the notebook in bytes since the last call."""
        return self._slot.memory()

    async def _check_responsive(self) -> None:
        connection: Any = self._client.kc
        if not await replies(connection, self._limits.interrupt_seconds):
            # It may have run into another limit meanwhile, such as that of its memory.
            ended = self._slot.termination()
            if ended is not None:
                raise KernelLost(ended.reason, timed_out=ended.timed_out)
            reason = "a cell ran into its time limit and could not be interrupted"
            raise KernelLost(reason, timed_out=True)

    def _error(self, timed_out: bool) -> str | None:
        if timed_out:
            return f"the cell ran longer than {self._client.timeout} seconds"
        if self._client.reply.get("status") != "error":
            return None
        # The message goes into receipts and reports, and the student controls its length.
        said = plain(
            f"{self._client.reply.get('ename')}: {self._client.reply.get('evalue')}", _MAX_MESSAGE
        )
        # IPython names a cell by a meaningless number.
        return _CELL_FILE.sub("(line ", said)


def retrieve(done: asyncio.Future[Any]) -> None:
    """Let nobody complain of an exception for which nobody waits any more."""
    if not done.cancelled():
        done.exception()


async def _ended(task: asyncio.Future[Any], interrupt: Callable[[], None]) -> None:
    """Wait for what should end soon, and interrupt it if it does not.

    It ends at the latest at its time limit.
    """
    await asyncio.wait([task], timeout=_ENDING_SECONDS)
    while not task.done():
        with suppress(OSError, ServerLostError):
            interrupt()
        await asyncio.wait([task], timeout=_ENDING_SECONDS)


@contextmanager
def open_session(slot: KernelSlot, *, limits: Limits, log: Any) -> Iterator[Session]:
    """Start a kernel, and end it on exit in any case.

    Args:
        slot: The slot to run it in.
        limits: See `Limits`.
        log: A logger.
    """
    allowance = Allowance(limits.cell_output_bytes, limits.notebook_output_bytes)
    client = Client(
        new_notebook(cells=[new_code_cell()]),
        allowance=allowance,
        allow_errors=True,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": _TIMEOUT_NAME, "evalue": "", "traceback": []},
        iopub_timeout=limits.interrupt_seconds,
        raise_on_iopub_timeout=True,
        record_timing=False,
        store_widget_state=False,
        shutdown_kernel="immediate",
        log=log,
    )
    client.on_cell_executed = client.on_executed
    client.km, client.kc = run_sync(start_kernel)(slot, allowance)
    with client.setup_kernel(cleanup_kc=True):
        yield Session(client, slot, limits)
