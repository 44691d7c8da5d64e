"""What a kernel shows: it raises where a cell prints without end, and waits for a slow reader.

It runs in the kernel, so hostile code can take it off; the grader then drops what it can't
keep. It is there for honest loops, which end with an error that says what happened.
"""

from __future__ import annotations

from typing import Any, ClassVar

import zmq
from ipykernel.iostream import OutStream


class PrintLimitError(RuntimeError):
    """A cell printed more than it may."""


class BoundedStream(OutStream):
    """Counts what each cell prints.

    Attributes:
        limit: Characters that a cell may print on each of the two streams; 0: no limit.
    """

    limit: ClassVar[int] = 0
    _printed = 0
    _cell: object = None

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Print, as long as the cell keeps to its limit.

        Raises:
            PrintLimitError: It does not.
        """
        cell = self.parent_header.get("msg_id")
        if cell != self._cell:
            self._cell, self._printed = cell, 0
        self._printed += len(string)
        if self.limit and self._printed > self.limit:
            raise PrintLimitError(f"the cell printed more than {self.limit:,} characters")
        return super().write(string)


def drop_nothing(thread: Any) -> None:
    """Make a kernel wait where its reader is slower than it is.

    By default ZeroMQ drops what exceeds a queue of 1,000 messages. One of those that are dropped
    may be the one that says that the cell has ended.

    Args:
        thread: The kernel's `ipykernel.iostream.IOPubThread`.
    """
    # By the thread that the socket belongs to; it does so before it sends what comes later.
    thread.schedule(lambda: thread.socket.setsockopt(zmq.XPUB_NODROP, 1))
