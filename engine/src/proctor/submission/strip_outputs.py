"""Take the outputs out of a submitted notebook before anything parses it.

Grading runs a notebook anew and has no use for what it showed; outputs are nearly all of an honest
notebook's bytes, and the place where a hostile one hides what is slow to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from proctor.untrusted_json import UntrustedJSONError, depths, scan

MAX_CELLS = 5000
"""Cells of a notebook; to read, check and run one takes some milliseconds at least."""

_OUTPUTS = re.compile(rb'"outputs"\s*+:\s*+\[')
_DEPTH = 4
"""Of a cell's list of outputs, which is in a cell, in the list of cells, in the notebook."""


def without_outputs(raw: bytes) -> bytes:
    """JSON in which the outputs of each cell are an empty list; all else is as it was.

    Args:
        raw: What should be a notebook. What is in its outputs need not even be JSON,
            if its brackets are in pairs.

    Raises:
        UntrustedJSONError: It has the outputs of more cells than `MAX_CELLS`.
    """
    kept, position = [], 0
    for opened, closed in _lists(raw):
        kept.append(raw[position : opened + 1])
        position = closed
    return b"".join([*kept, raw[position:]])


def _lists(raw: bytes) -> Iterator[tuple[int, int]]:
    """Where the brackets of the lists of outputs open and close."""
    starts = _candidates(raw)
    if not starts:
        return
    depth, opened = 0, -1
    for offset, piece, outside in scan(raw):
        after = depths(piece, outside, depth)
        # In no list of outputs, as seen from within a cell.
        closing = np.flatnonzero(after < _DEPTH) + offset
        while True:
            if opened < 0:
                if not starts or starts[-1] >= offset + len(piece):
                    break
                start = starts.pop()
                if outside[start - offset] and after[start - offset] == _DEPTH:
                    opened = start
                continue
            place = int(np.searchsorted(closing, opened))
            if place == len(closing):
                break
            closed = int(closing[place])
            yield opened, closed
            opened = -1
            while starts and starts[-1] < closed:
                starts.pop()
        depth = int(after[-1])


def _candidates(raw: bytes) -> list[int]:
    """Where a list opens whose name is that of outputs, the last first."""
    starts = []
    for found in _OUTPUTS.finditer(raw):
        starts.append(found.end() - 1)
        if len(starts) > 2 * MAX_CELLS:
            raise UntrustedJSONError(f"JSON with the outputs of more than {MAX_CELLS:,} cells")
    return starts[::-1]
