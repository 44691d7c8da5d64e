"""A cell's outputs, as boxes of text, tables and pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from nbformat import NotebookNode

from proctor.execution.scored_outputs import OURS
from proctor.reporting.feedback.sanitize import TooExpensiveError, safe_table
from proctor.text import plain

LONG_LINES = 25
"""Maximum lines of a text that is not folded."""

_MAX = 200_000
"""Maximum characters of one output; more would help nobody."""


_BOXES = 500
"""Maximum boxes of one cell; a further one states that the rest is left out."""

_COSTLY = "A table is left out here: it would take too long to show, or too much room."
_MORE = "The rest of what this cell showed is left out here."
_WRAPPED = 150
"""Characters of HTML around a box."""

_ESCAPED = 5
"""Additional characters of an escaped HTML character."""


@dataclass(frozen=True)
class Shown:
    """One box.

    Attributes:
        kind: Kind of content.
        text: Text to be escaped, safe HTML, or a data URL.
        lines: Number of lines of a text, or rows of a table.
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
        """Maximum characters that it takes in the page."""
        more = sum(map(self.text.count, "&<>\"'")) if self.kind == "text" else 0
        return _WRAPPED + len(self.text) + _ESCAPED * more


def shown(outputs: Iterable[NotebookNode], scrub: Callable[[str], str]) -> Iterator[Shown]:
    """Yield the boxes of a cell's outputs, at most 500; consecutive texts share one.

    Args:
        outputs: The cell's outputs.
        scrub: Removes from a text what students must not see.
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
        yield from _text_box(waiting, scrub)
        waiting = []
        yield from _box(output, scrub)
    yield from _text_box(waiting, scrub)


def _text_box(texts: list[str], scrub: Callable[[str], str]) -> Iterator[Shown]:
    text = scrub(plain("".join(texts), _MAX)).strip("\n")
    if text:
        yield Shown("text", text, text.count("\n") + 1)


def _text(output: NotebookNode) -> str | None:
    """Return an output's text; None if it is better shown as a table or picture."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join(map(str, output.traceback)) + "\n"
    data = output.get("data", {})
    if any(kind in data for kind in IMAGE_SIGNATURES) or "<table" in str(data.get("text/html", "")):
        return None
    return str(data.get("text/plain", "")) + "\n"


def _box(output: NotebookNode, scrub: Callable[[str], str]) -> Iterator[Shown]:
    picture = picture_data_url(output.data)
    if picture is not None:
        yield Shown("picture", picture)
        return
    try:
        table = safe_table(scrub(str(output.data.get("text/html", ""))[:_MAX]))
    except TooExpensiveError:
        yield Shown("text", _COSTLY)
        return
    if table is not None:
        yield Shown("table", table, table.count("<tr"))
    else:
        yield from _text_box([str(output.data.get("text/plain", ""))], scrub)


IMAGE_SIGNATURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
"""First bytes of a file of each type."""

_LARGEST = 4 * 1024 * 1024
"""Maximum characters of base64; larger pictures are left out."""


def picture_data_url(kinds: Mapping[str, object]) -> str | None:
    """Return the data URL of the first picture among the types of an output, or None.

    Args:
        kinds: Contents by MIME type, pictures in base64.
    """
    for kind, start in IMAGE_SIGNATURES.items():
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
