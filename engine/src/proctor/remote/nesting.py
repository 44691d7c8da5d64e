"""Room on Python's stack for calls within callbacks within calls."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

MAX_NESTING = 300
"""Maximum calls within callbacks within calls."""

_FRAMES = 100
"""Frames that a call by way of the other side takes at most."""


@contextmanager
def deeper(*, nested: bool) -> Iterator[None]:
    """Raise the recursion limit by what the machinery takes, so that code has its usual room."""
    if not nested:
        yield
        return
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + _FRAMES)
    try:
        yield
    finally:
        # The code may have chosen another limit.
        if sys.getrecursionlimit() == before + _FRAMES:
            sys.setrecursionlimit(before)
