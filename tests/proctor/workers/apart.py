"""Start the processes of local workers without a grader that works with them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from proctor.workers.household import Household


def start(
    target: Callable[[Household, Connection], None], household: Household
) -> tuple[SpawnProcess, Connection]:
    """Their process, and the grader's end of the connection."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(household, there))
    process.start()
    there.close()
    return process, here
