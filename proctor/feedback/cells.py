"""A graded notebook's cells, as the page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nbformat import NotebookNode
from nbgrader import utils
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from proctor.feedback.markdown import to_html
from proctor.feedback.outputs import Shown, shown
from proctor.feedback.summary import anchor_of
from proctor.hidden import hidden_part, without_hidden
from proctor.plaintext import plain

_MOST = 100_000
"""Characters of a cell's source; beyond them it is cut."""

_FORMATTER = HtmlFormatter(nowrap=True, style="default")
"""Its colours have the contrast that text needs on white."""


@dataclass(frozen=True)
class View:
    """One cell.

    Attributes:
        anchor: Its name in the page.
        kind: Code, or text that is safe HTML already.
        label: Whose cell it is, in words; empty where that is plain.
        html: The source as HTML.
        shown: What it showed.
    """

    anchor: str
    kind: Literal["code", "text"]
    label: str
    html: str
    shown: Sequence[Shown] = ()


def code_styles() -> str:
    """The style sheet of highlighted code."""
    return str(_FORMATTER.get_style_defs(".source"))


def views(nb: NotebookNode, scrub: Callable[[str], str]) -> Iterator[View]:
    """The cells of a graded notebook, without what is hidden in them.

    Args:
        nb: The notebook.
        scrub: Takes the grading machine's folders out of a text.
    """
    for index, cell in enumerate(nb.cells):
        anchor = anchor_of(cell, index)
        source = plain(cell.source, _MOST)
        if cell.cell_type == "code":
            visible = without_hidden(source)
            terse = hidden_part(source) is not None
            yield View(
                anchor,
                "code",
                _label(cell),
                highlight(visible, PythonLexer(), _FORMATTER),
                tuple(shown(cell.outputs, scrub, terse=terse)),
            )
        elif cell.cell_type == "markdown":
            text = to_html(without_hidden(source), cell.get("attachments"))
            yield View(anchor, "text", _label(cell), text)


def _label(cell: NotebookNode) -> str:
    if utils.is_solution(cell):
        return "Your answer"
    if utils.is_grade(cell):
        return "Test"
    if utils.is_task(cell):
        return "Task"
    given = utils.is_locked(cell) or cell.cell_type == "markdown"
    return "" if given else "A cell of your own"
