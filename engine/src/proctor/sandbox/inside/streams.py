"""A kernel's output: raise an error where a cell prints without end, and wait for a slow reader.

This runs in the kernel, so hostile code can remove it; the grader then drops what it can't
store. It is meant for honest loops, which end with an error that states what happened.
"""

from __future__ import annotations

from typing import Any, ClassVar

import zmq
from ipykernel.iostream import OutStream


class PrintLimitError(RuntimeError):
    """A cell printed more than its limit."""


class BoundedStream(OutStream):
    """Counts what each cell prints.

    Attributes:
        limit: Characters that a cell may print on each of the two streams; 0: no limit.
    """

    limit: ClassVar[int] = 0
    _printed = 0
    _cell: object = None

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Print, unless the cell exceeds its limit.

        Raises:
            PrintLimitError: The cell exceeds its limit.
        """
        cell = self.parent_header.get("msg_id")
        if cell != self._cell:
            self._cell, self._printed = cell, 0
        self._printed += len(string)
        if self.limit and self._printed > self.limit:
            raise PrintLimitError(f"the cell printed more than {self.limit:,} characters")
        return super().write(string)


def block_on_full_queue(thread: Any) -> None:
    """Make a kernel wait for a reader that is slower than it is.

    By default ZeroMQ drops what exceeds a queue of 1,000 messages. The message that reports the
    end of the cell may be among those dropped.

    Args:
        thread: The kernel's `ipykernel.iostream.IOPubThread`.
    """
    # Set by the thread that owns the socket, before it sends any later message.
    thread.schedule(lambda: thread.socket.setsockopt(zmq.XPUB_NODROP, 1))
