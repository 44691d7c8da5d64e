"""A graded notebook's cells, as shown on the feedback page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from nbformat import NotebookNode
from nbgrader import utils
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import BashLexer, JuliaLexer, PythonLexer, SLexer, TextLexer

from proctor.cells import hidden_part, read_check_cell, without_hidden
from proctor.reporting.feedback.comments import comment_on
from proctor.reporting.feedback.given_cells import GivenCells, Origin
from proctor.reporting.feedback.macros import Macros
from proctor.reporting.feedback.markdown import to_html
from proctor.reporting.feedback.output_views import Shown, shown
from proctor.reporting.feedback.sanitize import TooExpensiveError
from proctor.reporting.feedback.summary import anchor_of
from proctor.text import one_line, plain

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

_HEADING = re.compile(r"^#{1,6}\s+(\S.*)", flags=re.MULTILINE)
_LONGEST_TITLE = 80

_LEXERS: Mapping[str, type[Lexer]] = {
    "python": PythonLexer,
    "r": SLexer,
    "bash": BashLexer,
    "julia": JuliaLexer,
}

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
        comment: The teacher's comment on it as safe HTML.
        given: Whether it was handed out, and says nothing of the student's work.
        title: The first words of a given text.
    """

    anchor: str
    kind: Literal["code", "text"]
    label: str
    html: str
    shown: Sequence[Shown] = ()
    comment: str = ""
    given: bool = False
    title: str = ""

    @property
    def room(self) -> tuple[int, int]:
        """Maximum characters that it takes in the page: without pictures, and for them."""
        drawn = sum(map(len, _DATA.findall(self.html)))
        rooms = [box.room for box in self.shown]
        text, pictures = (sum(room[n] for room in rooms) for n in (0, 1))
        words = len(self.html) + len(self.comment) + 6 * len(self.title)
        return _WRAPPED + words - drawn + text, drawn + pictures


@cache
def code_styles() -> str:
    """Return the style sheet of highlighted code."""
    return str(_FORMATTER.get_style_defs(".source"))


def views(
    nb: NotebookNode,
    scrub: Callable[[str], str],
    given: GivenCells | None = None,
    own_picture: Callable[[str], str | None] = lambda _: None,
) -> Iterator[View]:
    """Yield the cells of a graded notebook, without their hidden parts.

    Args:
        nb: The notebook.
        scrub: Removes the grading machine's paths from a text.
        given: The student version of the notebook.
        own_picture: Returns the data URL of a picture beside the notebook; None if there is none.
    """
    clean = _without_lines(scrub, _hidden_lines(nb))
    draw = _Drawing(clean, own_picture, Macros(), _lexer(nb))
    left, text, pictures = _PAGE, _TEXT, _PICTURES
    origins = (given or GivenCells()).origins(nb.cells)
    for index, (cell, origin) in enumerate(zip(nb.cells, origins, strict=True)):
        left -= len(cell.source)
        if left < 0 or index >= _MAX_CELLS:
            yield View("rest", "text", "", _REST)
            return
        # A cell that breaks a parser must not stop the page or the class.
        try:
            view = _view(cell, index, origin, draw)
        except TooExpensiveError:
            view = View(anchor_of(index), "text", "", _COSTLY)
        except Exception:
            view = View(anchor_of(index), "text", "", _BROKEN)
        if view is None:
            continue
        view = replace(view, comment=comment_on(cell))
        text, pictures = text - view.room[0], pictures - view.room[1]
        if min(text, pictures) < 0:
            yield View("rest", "text", "", _REST)
            return
        yield view


@dataclass(frozen=True)
class _Drawing:
    """What drawing a cell takes.

    Attributes:
        scrub: Removes from a text what students must not see.
        own_picture: See `views`.
        macros: The definitions of the notebook's formulas so far.
        lexer: Reads code of the notebook's language.
    """

    scrub: Callable[[str], str]
    own_picture: Callable[[str], str | None]
    macros: Macros
    lexer: Lexer


def _view(cell: NotebookNode, index: int, origin: Origin, draw: _Drawing) -> View | None:
    anchor, label = anchor_of(index), _label(cell, origin)
    visible = plain(without_hidden(cell.source), _MAX)
    given = not label and origin == "given"
    if cell.cell_type == "code":
        outputs = tuple(_outputs(cell, index, draw))
        # What fails there may be the student's fault.
        given = given and all(output.output_type != "error" for output in cell.outputs)
        return View(anchor, "code", label, _code(visible, draw.lexer), outputs, given=given)
    if cell.cell_type == "markdown":
        drawn = to_html(visible, cell.get("attachments"), draw.own_picture, draw.macros)
        return View(anchor, "text", label, drawn, given=given, title=_title(visible))
    return None


def _title(source: str) -> str:
    """The first heading of a text, or else its first words."""
    heading = _HEADING.search(source)
    words = (
        heading[1] if heading else next((line for line in source.splitlines() if line.strip()), "")
    )
    return one_line(words.strip("# *_"), _LONGEST_TITLE)


def _lexer(nb: NotebookNode) -> Lexer:
    """The lexer of the language that the course's kernel has."""
    language = str(nb.metadata.get("kernelspec", {}).get("language", "python")).lower()
    return _LEXERS.get(language, TextLexer)()


def _code(text: str, lexer: Lexer) -> str:
    if len(text) > _HIGHLIGHTED:
        return html.escape(text)
    return str(highlight(text, lexer, _FORMATTER))


def _outputs(cell: NotebookNode, index: int, draw: _Drawing) -> Iterable[Shown]:
    graded = read_check_cell(index, cell)
    ours = graded is not None and graded.check is not None
    # If the hidden lines themselves ran in the kernel, outputs may quote them.
    if hidden_part(cell.source) is not None and not ours:
        return [Shown("text", _LEFT_OUT)] if cell.outputs else []
    return shown(cell.outputs, draw.scrub, draw.macros)


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


def _label(cell: NotebookNode, origin: Origin) -> str:
    if utils.is_solution(cell):
        return "Your answer"
    if utils.is_grade(cell):
        return "Test"
    if utils.is_task(cell):
        return "Task"
    return {"own": "A cell of your own", "edited": "A given cell that you changed"}.get(origin, "")
