"""Remove the outputs from a submitted notebook before anything parses it.

Grading runs a notebook again and does not need its outputs. They are nearly all of an honest
notebook's bytes, and the part in which a hostile one hides data that is slow to parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from proctor.untrusted_json import UntrustedJSONError, depths, scan

MAX_CELLS = 5000
"""Limit on cells of a notebook; reading, checking and running a cell takes some milliseconds."""

_OUTPUTS = re.compile(rb'"outputs"\s*+:\s*+\[')
_DEPTH = 4
"""Nesting depth of a cell's list of outputs: in the notebook, the list of cells, and the cell."""


def without_outputs(raw: bytes) -> bytes:
    """Replace each cell's outputs with an empty list; everything else is unchanged.

    Args:
        raw: The supposed notebook. Its outputs need not be valid JSON, as long as their brackets
            are balanced.

    Raises:
        UntrustedJSONError: More cells than `MAX_CELLS` have outputs.
    """
    kept, position = [], 0
    for opened, closed in _lists(raw):
        kept.append(raw[position : opened + 1])
        position = closed
    return b"".join([*kept, raw[position:]])


def _lists(raw: bytes) -> Iterator[tuple[int, int]]:
    """Positions of the opening and closing brackets of the lists of outputs."""
    starts = _candidates(raw)
    if not starts:
        return
    depth, opened = 0, -1
    for offset, piece, outside in scan(raw):
        after = depths(piece, outside, depth)
        # Positions outside of any list of outputs: nested less deeply than one.
        closing = np.flatnonzero(after < _DEPTH) + offset
        while True:
            if opened < 0:
                if not starts or starts[-1] >= offset + len(piece):
                    break
                start = starts.pop()
                if outside[start - offset] and after[start - offset] == _DEPTH:
                    opened = start
                continue
            next_closing = int(np.searchsorted(closing, opened))
            if next_closing == len(closing):
                break
            closed = int(closing[next_closing])
            yield opened, closed
            opened = -1
            while starts and starts[-1] < closed:
                starts.pop()
        depth = int(after[-1])


def _candidates(raw: bytes) -> list[int]:
    """Positions of the opening brackets of lists named ``outputs``, last first."""
    starts = []
    for found in _OUTPUTS.finditer(raw):
        starts.append(found.end() - 1)
        if len(starts) > 2 * MAX_CELLS:
            raise UntrustedJSONError(f"JSON with more than {2 * MAX_CELLS:,} lists of outputs")
    return starts[::-1]
