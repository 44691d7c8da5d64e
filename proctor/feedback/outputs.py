"""What a cell showed, as boxes of text, tables and pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from nbformat import NotebookNode

from proctor.feedback.safe import safe_table
from proctor.plaintext import plain
from proctor.running.outputs import ERROR_NAME, OURS

LONG_LINES = 25
"""Lines from which on a text is folded."""

_MOST = 200_000
"""Characters of one output; what it showed beyond them helps nobody."""

_STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True)
class Shown:
    """One box.

    Attributes:
        kind: What it is.
        text: Text to be escaped, HTML that is safe, or a data address.
        lines: How many lines a text has.
    """

    kind: Literal["text", "table", "picture", "verdict"]
    text: str
    lines: int = 1

    @property
    def is_long(self) -> bool:
        """Whether it is folded."""
        return self.lines > LONG_LINES


def shown(
    outputs: Iterable[NotebookNode], scrub: Callable[[str], str], *, terse: bool = False
) -> Iterator[Shown]:
    """The boxes of a cell's outputs; texts that follow each other share one.

    Args:
        outputs: The cell's.
        scrub: Takes the grading machine's folders out of a text.
        terse: Whether of an error only its last line is shown: its traceback would quote hidden
            lines of the cell.
    """
    waiting: list[str] = []
    for output in outputs:
        if OURS in output.get("metadata", {}):
            continue
        text = _text(output, terse)
        box = _box(output) if text is None else None
        if box is None and text is not None:
            waiting.append(text)
            continue
        yield from _together(waiting, scrub)
        waiting = []
        if box is not None:
            yield box
    yield from _together(waiting, scrub)


def _together(texts: list[str], scrub: Callable[[str], str]) -> Iterator[Shown]:
    text = scrub(plain("".join(texts), _MOST)).strip("\n")
    if text:
        yield Shown("text", text, text.count("\n") + 1)


def _text(output: NotebookNode, terse: bool) -> str | None:
    """An output's text; None where it is better shown in another way."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        if output.ename == ERROR_NAME or not terse:
            return "\n".join(map(str, output.traceback)) + "\n"
        return f"{output.ename}: {output.evalue}\n"
    data = output.get("data", {})
    if any(kind in data for kind in _STARTS) or "<table" in str(data.get("text/html", "")):
        return None
    return str(data.get("text/plain", "")) + "\n"


def _box(output: NotebookNode) -> Shown | None:
    for kind, start in _STARTS.items():
        picture = _picture(output.data.get(kind), start)
        if picture is not None:
            return Shown("picture", f"data:{kind};base64,{picture}")
    table = safe_table(str(output.data.get("text/html", ""))[:_MOST])
    if table is not None:
        return Shown("table", table, table.count("<tr"))
    text = plain(str(output.data.get("text/plain", "")), _MOST)
    return Shown("text", text, text.count("\n") + 1) if text else None


def _picture(blob: object, start: bytes) -> str | None:
    """A picture's base64, if it is a picture of its kind."""
    try:
        raw = base64.b64decode("".join(str(blob or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(raw).decode() if raw.startswith(start) else None
