"""One kernel, driven from outside, with limits on time and output."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from subprocess import DEVNULL
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

_TIMEOUT_NAME = "CellTimeoutError"
_MESSAGE = 500
"""Characters kept of an exception's name and message."""
_GRACE = 10.0
"""Seconds that an interrupted kernel has to answer before it is given up."""


@dataclass(frozen=True)
class Limits:
    """What one notebook may use.

    Attributes:
        cell_seconds: Wall seconds per cell; 0 turns the limit off.
        notebook_seconds: Wall seconds for all cells together; 0 turns the limit off.
        cell_output_bytes: Bytes of output kept per cell; 0 turns the limit off.
    """

    cell_seconds: int = 60
    notebook_seconds: int = 600
    cell_output_bytes: int = 1_000_000


@dataclass(frozen=True)
class CellRun:
    """How the execution of one cell ended.

    Attributes:
        outputs: What it printed and showed.
        error: Name and message of the exception that ended it, if one did.
        timed_out: Whether it was interrupted for its time.
    """

    outputs: list[NotebookNode]
    error: str | None = None
    timed_out: bool = False


class KernelLost(Exception):  # noqa: N818
    """The kernel died, or its time is up; nothing more can be run in it.

    Attributes:
        timed_out: Whether time was the reason.
    """

    def __init__(self, reason: str, *, timed_out: bool) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class _Client(NotebookClient):
    """Keeps at most so many bytes of output per cell."""

    def __init__(self, *args: Any, output_limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.output_limit = output_limit
        self.output_bytes = 0
        self.reply: Mapping[str, Any] = {}

    def on_executed(self, *, execute_reply: Mapping[str, Any], **_: Any) -> None:
        self.reply = execute_reply["content"]

    def output(self, outs: list[NotebookNode], msg: Any, display_id: Any, cell_index: int) -> Any:
        if not self.output_limit:
            return super().output(outs, msg, display_id, cell_index)
        before = self.output_bytes
        self.output_bytes += len(str(msg["content"]))
        if self.output_bytes <= self.output_limit:
            return super().output(outs, msg, display_id, cell_index)
        if before <= self.output_limit:
            note = f"\n... more than {self.output_limit:,} bytes of output; the rest is cut ...\n"
            outs.append(new_output("stream", name="stdout", text=note))
        return None


class Session:
    """Executes pieces of code in one kernel, one after the other."""

    def __init__(self, client: _Client, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._deadline = (
            time.monotonic() + limits.notebook_seconds if limits.notebook_seconds else None
        )

    def run(self, source: str) -> CellRun:
        """Execute code.

        Raises:
            KernelLost: The kernel died, hangs beyond interruption, or the notebook's time is up.
        """
        client = self._client
        cell = client.nb.cells[0]
        cell.source, cell.outputs = source, []
        client.output_bytes, client.reply = 0, {}
        client.timeout = self._seconds()
        try:
            client.execute_cell(cell, 0)
        except DeadKernelError:
            raise KernelLost("the kernel died", timed_out=False) from None
        timed_out = client.reply.get("ename") == _TIMEOUT_NAME
        if timed_out and not self._answers():
            reason = "a cell ran into its time limit and could not be interrupted"
            raise KernelLost(reason, timed_out=True)
        return CellRun(list(cell.outputs), self._error(cell, timed_out), timed_out)

    def _seconds(self) -> int | None:
        limits = [self._limits.cell_seconds] if self._limits.cell_seconds else []
        if self._deadline is not None:
            left = int(self._deadline - time.monotonic())
            if left <= 0:
                reason = f"the notebook used up its {self._limits.notebook_seconds} seconds"
                raise KernelLost(reason, timed_out=True)
            limits.append(left)
        return min(limits) if limits else None

    def _error(self, cell: NotebookNode, timed_out: bool) -> str | None:
        if timed_out:
            return f"the cell ran longer than {self._client.timeout} seconds"
        if self._client.reply.get("status") != "error":
            return None
        # The message goes into receipts and reports, and its length is the student's.
        said = f"{self._client.reply.get('ename')}: {self._client.reply.get('evalue')}"
        return said if len(said) <= _MESSAGE else f"{said[:_MESSAGE]}..."

    def _answers(self) -> bool:
        kernel = self._client.kc
        if kernel is None:
            return False
        request = kernel.kernel_info()
        end = time.monotonic() + _GRACE
        while (left := end - time.monotonic()) > 0:
            try:
                reply = run_sync(kernel.shell_channel.get_msg)(timeout=left)
            except Empty:
                return False
            if reply["parent_header"].get("msg_id") == request:
                return True
        return False


@contextmanager
def open_session(
    *, kernel: str, folder: Path, environment: Mapping[str, str], limits: Limits, log: Any
) -> Iterator[Session]:
    """Start a kernel, and end it whatever happens.

    Args:
        kernel: Name of the kernelspec.
        folder: The kernel's working directory.
        environment: The kernel's whole environment.
        limits: See `Limits`.
        log: A logger.
    """
    # A scratch notebook of one cell: the submission itself is never in the client's hands, so
    # display updates that code aims at other cells have nothing to hit.
    scratch = new_notebook(cells=[new_code_cell()])
    client = _Client(
        scratch,
        output_limit=limits.cell_output_bytes,
        kernel_name=kernel,
        allow_errors=True,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": _TIMEOUT_NAME, "evalue": "", "traceback": []},
        raise_on_iopub_timeout=False,
        record_timing=False,
        store_widget_state=False,
        startup_timeout=120,
        resources={"metadata": {"path": str(folder)}},
        log=log,
    )
    client.on_cell_executed = client.on_executed
    client.reset_execution_trackers()
    # What a kernel process says outside of cells is library chatter that nobody asked for.
    with client.setup_kernel(env=dict(environment), stdout=DEVNULL, stderr=DEVNULL):
        yield Session(client, limits)
