"""End the kernels in which nbgrader fills in AUTOTEST lines, also where it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.preprocessors import instantiatetests


@contextmanager
def kernels_ended() -> Iterator[None]:
    """End, at the end of the block, all kernels that nbgrader's ``InstantiateTests`` started in it.

    It ends its kernel only after success. One that is left goes on by itself, and holds open
    whatever the command's output goes to.
    """
    start, started = instantiatetests.start_new_kernel, []

    def noted(**options: Any) -> Any:
        found = start(**options)
        started.append(found)
        return found

    instantiatetests.start_new_kernel = noted
    try:
        yield
    finally:
        instantiatetests.start_new_kernel = start
        for manager, client in started:
            client.stop_channels()
            # Does nothing to one that has ended.
            manager.shutdown_kernel(now=True)
