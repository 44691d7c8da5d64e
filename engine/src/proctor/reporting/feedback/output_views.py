"""A cell's outputs, as boxes of text, tables, pictures and other content that can do nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from nbformat import NotebookNode

from proctor.execution.scored_outputs import OURS
from proctor.reporting.feedback.html_output import html_output, reads_better_as_text
from proctor.reporting.feedback.left_out import kinds_left_out, says_nothing, sentence
from proctor.reporting.feedback.macros import Macros
from proctor.reporting.feedback.markdown import latex_to_html, to_html
from proctor.reporting.feedback.pictures import IMAGE_SIGNATURES, picture_data_url
from proctor.reporting.feedback.sanitize import TooExpensiveError, safe_table
from proctor.reporting.feedback.svg import svg_data_url
from proctor.text import plain

LONG_LINES = 25
"""Maximum lines of a text that is not folded."""

_MAX = 200_000
"""Maximum characters of one output; more would help nobody."""

_MAX_LATEX = 20_000
"""Maximum characters of LaTeX that is drawn."""

_BOXES = 500
"""Maximum boxes of one cell; a further one states that the rest is left out."""

_COSTLY = "Something is left out here: it would take too long to show, or too much room."
_COSTLY_HTML = "HTML that would take too long to show, or too much room"
_MORE = "The rest of what this cell showed is left out here."
_WRAPPED = 250
"""Characters of HTML around a box."""

_ESCAPED = 5
"""Additional characters of an escaped HTML character."""

_DRAWING, _JSON = "image/svg+xml", "application/json"
_WIDEST = 2000
_OTHER_ELEMENT = re.compile(
    r"<(?!(?:table|thead|tbody|tfoot|tr|th|td|caption|colgroup|col|div|span|p|br|b|i|em|strong|style)"
    r"\b)[a-z]",
    flags=re.IGNORECASE,
)
"""The start of an element that a data frame does not have."""

_DATA = re.compile(r'src="(data:[^"]*)')


@dataclass(frozen=True)
class Shown:
    """One box.

    Attributes:
        kind: Kind of content; a note states what was left out.
        text: Text to be escaped, safe HTML of a table or other content, or a data URL.
        lines: Number of lines of a text, or rows of a table.
        width: Width of a picture in pixels; 0: its own.
    """

    kind: Literal["text", "table", "html", "picture", "note"]
    text: str
    lines: int = 1
    width: int = 0

    @property
    def is_long(self) -> bool:
        """Whether it is folded."""
        return self.lines > LONG_LINES

    @property
    def room(self) -> tuple[int, int]:
        """Maximum characters that it takes in the page: without pictures, and for them."""
        if self.kind == "picture":
            return _WRAPPED, len(self.text)
        if self.kind == "html":
            drawn = sum(map(len, _DATA.findall(self.text)))
            return _WRAPPED + len(self.text) - drawn, drawn
        more = 0 if self.kind == "table" else sum(map(self.text.count, "&<>\"'"))
        return _WRAPPED + len(self.text) + _ESCAPED * more, 0


def shown(
    outputs: Iterable[NotebookNode], scrub: Callable[[str], str], macros: Macros | None = None
) -> Iterator[Shown]:
    """Yield the boxes of a cell's outputs, at most 500; consecutive texts share one.

    Args:
        outputs: The cell's outputs.
        scrub: Removes from a text what students must not see.
        macros: The definitions of the notebook's formulas so far.
    """
    boxes = _boxes(outputs, scrub, macros)
    yield from islice(boxes, _BOXES)
    if next(boxes, None) is not None:
        yield Shown("note", _MORE)


def _boxes(
    outputs: Iterable[NotebookNode], scrub: Callable[[str], str], macros: Macros | None
) -> Iterator[Shown]:
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
        yield from _Display(output, scrub, macros).boxes()
    yield from _text_box(waiting, scrub)


def _text_box(texts: list[str], scrub: Callable[[str], str]) -> Iterator[Shown]:
    text = scrub(plain(_as_left("".join(texts)), _MAX)).strip("\n")
    if text:
        yield Shown("text", text, text.count("\n") + 1)


def _as_left(text: str) -> str:
    """The lines of a text as a terminal leaves them, where progress bars overwrite themselves."""
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _text(output: NotebookNode) -> str | None:
    """Return an output's text; None if it has anything else."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join(map(str, output.traceback)) + "\n"
    data = output.get("data", {})
    return str(data.get("text/plain", "")) + "\n" if set(data) <= {"text/plain"} else None


class _Display:
    """An output that code has displayed, in one or several kinds."""

    def __init__(
        self, output: NotebookNode, scrub: Callable[[str], str], macros: Macros | None
    ) -> None:
        self._data: Mapping[str, Any] = output.get("data", {})
        self._metadata: Mapping[str, Any] = output.get("metadata", {})
        self._scrub, self._macros = scrub, macros

    def boxes(self) -> Iterator[Shown]:
        """The best kind that a page can show whole; else one in part, and what was left out."""
        try:
            yield from self._best()
        except TooExpensiveError:
            yield Shown("note", _COSTLY)

    def _best(self) -> Iterator[Shown]:
        text = str(self._data.get("text/plain", ""))
        if text and reads_better_as_text(self._content("text/html")):
            yield from _text_box([text], self._scrub)
            return
        if table := self._table():
            yield table
            return
        html, lost = self._html()
        found = html if html and not lost else self._other()
        if found:
            yield found
            return
        lost += kinds_left_out(self._data)
        if html:
            yield html
        else:
            if says_nothing(text) and _JSON in self._data:
                text = json.dumps(self._data[_JSON], indent=1, ensure_ascii=False)
            yield from () if says_nothing(text) else _text_box([text], self._scrub)
        if lost:
            yield Shown("note", sentence(lost))

    def _content(self, kind: str, limit: int = _MAX) -> str:
        """Text of a kind, without what students must not see; empty where there is none."""
        text = self._data.get(kind)
        return self._scrub(text[:limit]) if isinstance(text, str) else ""

    def _table(self) -> Shown | None:
        html = self._content("text/html")
        # With pictures, links and the like in it or around it, it is shown as HTML.
        if "<table" not in html or _OTHER_ELEMENT.search(html):
            return None
        table = safe_table(html)
        if table is None or table.count("<table") > 1:
            return None
        return Shown("table", table, table.count("<tr"))

    def _html(self) -> tuple[Shown | None, list[str]]:
        source = self._content("text/html")
        try:
            html, lost = html_output(source, self._macros) if source else ("", [])
        except TooExpensiveError:
            # There may be a picture of it.
            html, lost = "", [_COSTLY_HTML]
        return (Shown("html", html, html.count("<tr")) if html else None), lost

    def _other(self) -> Shown | None:
        """Markdown, LaTeX or a picture, in nbconvert's order."""
        if markdown := self._content("text/markdown"):
            return Shown("html", to_html(markdown, macros=self._macros))
        drawing = self._data.get(_DRAWING)
        address = svg_data_url(drawing) if isinstance(drawing, str) else None
        if address is not None:
            return Shown("picture", address, width=self._width(_DRAWING))
        if latex := self._content("text/latex", _MAX_LATEX):
            return Shown("html", latex_to_html(latex, self._macros))
        for kind in IMAGE_SIGNATURES:
            address = picture_data_url({kind: self._data.get(kind)})
            if address is not None:
                return Shown("picture", address, width=self._width(kind))
        return None

    def _width(self, kind: str) -> int:
        """The width that the code has asked for."""
        about = self._metadata.get(kind)
        width = about.get("width") if isinstance(about, dict) else None
        return width if type(width) is int and 0 < width <= _WIDEST else 0
