"""What a cell showed, as boxes of text, tables and pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from nbformat import NotebookNode

from proctor.execution.scored_outputs import OURS
from proctor.reporting.feedback.sanitize import CostlyError, safe_table
from proctor.text import plain

LONG_LINES = 25
"""Lines from which on a text is folded."""

_MAX = 200_000
"""Characters of one output; what it showed beyond them helps nobody."""


_BOXES = 500
"""Boxes of one cell; after them stands one that says so."""

_COSTLY = "A table is left out here: it would take too long to show, or too much room."
_MORE = "The rest of what this cell showed is left out here."
_WRAPPED = 150
"""Characters of HTML around a box."""

_ESCAPED = 5
"""Characters more that one takes which means something in HTML."""


@dataclass(frozen=True)
class Shown:
    """One box.

    Attributes:
        kind: What it is.
        text: Text to be escaped, HTML that is safe, or a data address.
        lines: How many lines a text has.
    """

    kind: Literal["text", "table", "picture"]
    text: str
    lines: int = 1

    @property
    def is_long(self) -> bool:
        """Whether it is folded."""
        return self.lines > LONG_LINES

    @property
    def room(self) -> int:
        """Characters that it takes in the page at most."""
        more = sum(map(self.text.count, "&<>\"'")) if self.kind == "text" else 0
        return _WRAPPED + len(self.text) + _ESCAPED * more


def shown(outputs: Iterable[NotebookNode], scrub: Callable[[str], str]) -> Iterator[Shown]:
    """The boxes of a cell's outputs, up to 500; texts that follow each other share one.

    Args:
        outputs: The cell's.
        scrub: Takes out of a text what is not the student's to see.
    """
    boxes = _boxes(outputs, scrub)
    yield from islice(boxes, _BOXES)
    if next(boxes, None) is not None:
        yield Shown("text", _MORE)


def _boxes(outputs: Iterable[NotebookNode], scrub: Callable[[str], str]) -> Iterator[Shown]:
    waiting: list[str] = []
    for output in outputs:
        if OURS in output.get("metadata", {}):
            continue
        text = _text(output)
        if text is not None:
            waiting.append(text)
            continue
        yield from _together(waiting, scrub)
        waiting = []
        yield from _box(output, scrub)
    yield from _together(waiting, scrub)


def _together(texts: list[str], scrub: Callable[[str], str]) -> Iterator[Shown]:
    text = scrub(plain("".join(texts), _MAX)).strip("\n")
    if text:
        yield Shown("text", text, text.count("\n") + 1)


def _text(output: NotebookNode) -> str | None:
    """An output's text; None where it is better shown in another way."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join(map(str, output.traceback)) + "\n"
    data = output.get("data", {})
    if any(kind in data for kind in STARTS) or "<table" in str(data.get("text/html", "")):
        return None
    return str(data.get("text/plain", "")) + "\n"


def _box(output: NotebookNode, scrub: Callable[[str], str]) -> Iterator[Shown]:
    picture = picture_address(output.data)
    if picture is not None:
        yield Shown("picture", picture)
        return
    try:
        table = safe_table(scrub(str(output.data.get("text/html", ""))[:_MAX]))
    except CostlyError:
        yield Shown("text", _COSTLY)
        return
    if table is not None:
        yield Shown("table", table, table.count("<tr"))
    else:
        yield from _together([str(output.data.get("text/plain", ""))], scrub)


STARTS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
"""What a file of a kind begins with."""

_LARGEST = 4 * 1024 * 1024
"""Characters of base64; a larger picture is left out."""


def picture_address(kinds: Mapping[str, object]) -> str | None:
    """The address of the first picture among the kinds of an output; None where there is none.

    Args:
        kinds: Contents by MIME type, pictures in base64.
    """
    for kind, start in STARTS.items():
        text = str(kinds.get(kind) or "")
        if not 0 < len(text) <= _LARGEST:
            continue
        try:
            raw = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if raw.startswith(start):
            return f"data:{kind};base64,{base64.b64encode(raw).decode()}"
    return None
