"""Find the solution region of a cell, and refuse everything that only nearly is one.

A region that is not found is a solution that is not stripped, so a marker is either exactly
right or an error; nothing is silently passed over.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from proctor.errors import ReleaseError

START = "### START CODE HERE ###"
END = "### END CODE HERE ###"
STUDENT_START = "### START CODE HERE (REPLACE INSTANCES OF 'None' with your code) ###"

_STARTS = frozenset({START, STUDENT_START})
_ENDS = frozenset({END})
# 0.78 catches three wrong letters in a marker; prose such as "starts from here" stays below.
_SIMILAR = 0.78


@dataclass(frozen=True)
class Region:
    """A solution region: the 1-based line numbers of its two markers."""

    start: int
    end: int

    def holds(self, line: int) -> bool:
        """Whether a line lies between the markers."""
        return self.start < line < self.end


def is_marker(text: str) -> bool:
    """Whether a stripped line is one of the markers, letter for letter."""
    return text in _STARTS or text in _ENDS


def find_regions(source: str, *, where: str) -> list[Region]:
    """The solution regions of a cell, in order.

    Args:
        source: The cell's text.
        where: Notebook and cell, for the error.

    Raises:
        ReleaseError: A marker is misspelt, nested, or without its partner.
    """
    regions: list[Region] = []
    opened: int | None = None
    for number, line in enumerate(source.split("\n"), start=1):
        text = line.strip()
        if text in _STARTS:
            if opened is not None:
                raise _refused(f"a second START (the first is in line {opened})", where, number)
            opened = number
        elif text in _ENDS:
            if opened is None:
                raise _refused("an END without a START before it", where, number)
            regions.append(Region(opened, number))
            opened = None
        elif _looks_like_marker(text):
            raise _refused(f"the misspelt marker {text!r}", where, number)
    if opened is not None:
        raise _refused("a START without an END after it", where, opened)
    return regions


def _looks_like_marker(text: str) -> bool:
    if "#" not in text:
        return False
    words = re.sub(r"[^A-Z ]", " ", text[text.index("#") :].upper())
    words = re.sub(r"\(?REPLACE INSTANCES.*", "", " ".join(words.split()))
    return any(
        difflib.SequenceMatcher(None, words, marker).ratio() >= _SIMILAR
        for marker in ("START CODE HERE", "END CODE HERE")
    )


def _refused(found: str, where: str, line: int) -> ReleaseError:
    return ReleaseError(
        f"A solution lies between a line {START!r} and a line {END!r}, each alone on its line.",
        found=found,
        where=f"{where}, line {line}",
        remedy="correct the marker and release again; nothing was released",
    )
