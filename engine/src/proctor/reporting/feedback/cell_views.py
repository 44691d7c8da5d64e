"""A graded notebook's cells, as shown on the feedback page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nbformat import NotebookNode
from nbgrader import utils
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from proctor.cells import hidden_part, read_check_cell, without_hidden
from proctor.reporting.feedback.markdown import to_html
from proctor.reporting.feedback.output_views import Shown, shown
from proctor.reporting.feedback.sanitize import TooExpensiveError
from proctor.reporting.feedback.summary import anchor_of
from proctor.text import plain

_HIGHLIGHTED = 5_000
"""Maximum characters of highlighted code; highlighting longer code can take minutes."""

_MAX = 50_000
"""Maximum characters of a cell's source; the rest is cut off."""

_PAGE = 400_000
"""Maximum characters of all cells' sources; later cells are left out."""

_TEXT, _PICTURES = 5_000_000, 16_000_000
"""Maximum characters of the notebook's HTML: without its pictures, and for them."""

_MAX_CELLS = 1_000
_REST = "<p>The rest of the notebook is left out here: it is very long.</p>"
_BROKEN = "<p>This cell can't be shown.</p>"
_COSTLY = "<p>A cell is left out here: it would take too long to show, or too much room.</p>"
_WRAPPED = 150
"""Characters of HTML around a cell."""

_DATA = re.compile(r'src="(data:[^"]*)')
_LEFT_OUT = "What this test showed is left out: it could quote lines that are hidden."
_SHORTEST_HIDDEN = 8
"""Minimum characters of a hidden line; shorter ones, such as ``x = 1``, are common, not secret."""

_FORMATTER = HtmlFormatter(nowrap=True, style="default")
"""The colours of its style have sufficient contrast on white."""


@dataclass(frozen=True)
class View:
    """One cell on the page.

    Attributes:
        anchor: Anchor in the page.
        kind: Code, or text that is already safe HTML.
        label: Human-readable label that states whose cell it is; empty if that is obvious.
        html: The source as HTML.
        shown: The outputs.
    """

    anchor: str
    kind: Literal["code", "text"]
    label: str
    html: str
    shown: Sequence[Shown] = ()

    @property
    def room(self) -> tuple[int, int]:
        """Maximum characters that it takes in the page: without pictures, and for them."""
        drawn = sum(map(len, _DATA.findall(self.html)))
        boxes = sum(box.room for box in self.shown if box.kind == "picture")
        others = sum(box.room for box in self.shown if box.kind != "picture")
        return _WRAPPED + len(self.html) - drawn + others, drawn + boxes


@cache
def code_styles() -> str:
    """Return the style sheet of highlighted code."""
    return str(_FORMATTER.get_style_defs(".source"))


def views(nb: NotebookNode, scrub: Callable[[str], str]) -> Iterator[View]:
    """Yield the cells of a graded notebook, without their hidden parts.

    Args:
        nb: The notebook.
        scrub: Removes the grading machine's paths from a text.
    """
    clean = _without_lines(scrub, _hidden_lines(nb))
    left, text, pictures = _PAGE, _TEXT, _PICTURES
    for index, cell in enumerate(nb.cells):
        left -= len(cell.source)
        if left < 0 or index >= _MAX_CELLS:
            yield View("rest", "text", "", _REST)
            return
        # A cell that breaks a parser must not stop the page or the class.
        try:
            view = _view(cell, index, clean)
        except TooExpensiveError:
            view = View(anchor_of(index), "text", "", _COSTLY)
        except Exception:
            view = View(anchor_of(index), "text", "", _BROKEN)
        if view is None:
            continue
        text, pictures = text - view.room[0], pictures - view.room[1]
        if min(text, pictures) < 0:
            yield View("rest", "text", "", _REST)
            return
        yield view


def _view(cell: NotebookNode, index: int, scrub: Callable[[str], str]) -> View | None:
    anchor = anchor_of(index)
    visible = plain(without_hidden(cell.source), _MAX)
    if cell.cell_type == "code":
        outputs = tuple(_outputs(cell, index, scrub))
        return View(anchor, "code", _label(cell), _code(visible), outputs)
    if cell.cell_type == "markdown":
        return View(anchor, "text", _label(cell), to_html(visible, cell.get("attachments")))
    return None


def _code(text: str) -> str:
    if len(text) > _HIGHLIGHTED:
        return html.escape(text)
    return str(highlight(text, PythonLexer(), _FORMATTER))


def _outputs(cell: NotebookNode, index: int, scrub: Callable[[str], str]) -> Iterable[Shown]:
    graded = read_check_cell(index, cell)
    ours = graded is not None and graded.check is not None
    # If the hidden lines themselves ran in the kernel, outputs may quote them.
    if hidden_part(cell.source) is not None and not ours:
        return [Shown("text", _LEFT_OUT)] if cell.outputs else []
    return shown(cell.outputs, scrub)


def _hidden_lines(nb: NotebookNode) -> list[str]:
    """Return the hidden lines of the instructor's tests, which another cell may print."""
    lines = {
        line.strip()
        for cell in nb.cells
        if utils.is_grade(cell) and not utils.is_solution(cell)
        for line in (hidden_part(cell.source) or "").splitlines()
    }
    return sorted((line for line in lines if len(line) >= _SHORTEST_HIDDEN), key=len, reverse=True)


def _without_lines(scrub: Callable[[str], str], lines: Sequence[str]) -> Callable[[str], str]:
    if not lines:
        return scrub
    hidden = re.compile("|".join(map(re.escape, lines)))
    return lambda text: hidden.sub("...", scrub(text))


def _label(cell: NotebookNode) -> str:
    if utils.is_solution(cell):
        return "Your answer"
    if utils.is_grade(cell):
        return "Test"
    if utils.is_task(cell):
        return "Task"
    given = utils.is_locked(cell) or cell.cell_type == "markdown"
    return "" if given else "A cell of your own"
