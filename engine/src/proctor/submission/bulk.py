"""Leave out what is bulky in a notebook and not needed, before anything parses it.

Grading runs a notebook again and does not need its outputs, nor the state of its widgets. They are
nearly all of an honest notebook's bytes, and the part in which a hostile one hides data that is
slow to parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from proctor.untrusted_json import UntrustedJSONError, depths, scan

MAX_CELLS = 5000
"""Limit on cells of a notebook; reading, checking and running a cell takes some milliseconds."""

_OUTPUTS = re.compile(rb'"outputs"\s*+:\s*+\[')
_OUTPUTS_DEPTH = 4
"""Nesting depth of a cell's list of outputs: in the notebook, the list of cells, and the cell."""

_WIDGETS = re.compile(rb'"widgets"\s*+:\s*+\{')
_WIDGETS_DEPTH = 3
"""Nesting depth of the state of widgets: in the notebook, and its metadata."""


def without_bulk(raw: bytes) -> bytes:
    """Empty each cell's list of outputs, and the state of widgets; all else is unchanged.

    Args:
        raw: The supposed notebook. What is left out need not be valid JSON, as long as its brackets
            are balanced.

    Raises:
        UntrustedJSONError: More cells than `MAX_CELLS` have outputs.
    """
    return _without(_without(raw, _OUTPUTS, _OUTPUTS_DEPTH), _WIDGETS, _WIDGETS_DEPTH)


def _without(raw: bytes, name: re.Pattern[bytes], depth: int) -> bytes:
    kept, position = [], 0
    for opened, closed in _brackets(raw, _candidates(raw, name), depth):
        kept.append(raw[position : opened + 1])
        position = closed
    return b"".join([*kept, raw[position:]]) if kept else raw


def _brackets(raw: bytes, starts: list[int], inner: int) -> Iterator[tuple[int, int]]:
    """Positions of opening brackets and of those that close them.

    Args:
        raw: The supposed notebook.
        starts: Positions of brackets that may be meant, last first.
        inner: Nesting depth within those that are meant.
    """
    if not starts:
        return
    depth, opened = 0, -1
    for offset, piece, outside in scan(raw):
        after = depths(piece, outside, depth)
        # Positions outside of what is looked for: nested less deeply.
        closing = np.flatnonzero(after < inner) + offset
        while True:
            if opened < 0:
                if not starts or starts[-1] >= offset + len(piece):
                    break
                start = starts.pop()
                if outside[start - offset] and after[start - offset] == inner:
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


def _candidates(raw: bytes, name: re.Pattern[bytes]) -> list[int]:
    """Positions of the opening brackets of parts of a name, last first."""
    starts = []
    for found in name.finditer(raw):
        starts.append(found.end() - 1)
        if len(starts) > 2 * MAX_CELLS:
            raise UntrustedJSONError(f"JSON with more than {2 * MAX_CELLS:,} lists of outputs")
    return starts[::-1]
