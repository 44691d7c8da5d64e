"""A kernel that waits for whoever reads what it shows, where Jupyter's would drop messages."""

from __future__ import annotations

from typing import Any

import zmq


def drop_nothing(thread: Any) -> None:
    """Make a kernel wait where its reader is slower than it is.

    By default ZeroMQ drops what exceeds a queue of 1,000 messages. One of those that are dropped
    may be the one that says that the cell has ended.

    Args:
        thread: The kernel's `ipykernel.iostream.IOPubThread`.
    """
    # By the thread that the socket belongs to; it does so before it sends what comes later.
    thread.schedule(lambda: thread.socket.setsockopt(zmq.XPUB_NODROP, 1))
