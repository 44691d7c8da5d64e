"""Convert a notebook's Markdown to HTML that is safe to insert into the page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from proctor.reporting.feedback.formulas import Formulas
from proctor.reporting.feedback.macros import Macros
from proctor.reporting.feedback.math_syntax import (
    formula_plugin,
    replace_formulas,
    replace_formulas_in_html,
)
from proctor.reporting.feedback.pictures import picture_data_url
from proctor.reporting.feedback.sanitize import IMAGE, MARKS, TooExpensiveError, safe_text

_DOWN = 2
"""Levels by which a notebook's headings are lowered, below the page's own."""

_LONGEST = 20_000
"""Maximum characters of a cell; longer text is not rendered."""

_CELLS = 5_000
"""Maximum table cells; short rows are padded, so a short text can produce many cells."""

_WRITTEN = 1_000_000
"""Maximum characters of all tokens; a link reference can be used any number of times."""

_ALT = re.compile(r' alt="([^"]+)"')
_HEADING = re.compile(r"(</?)h[1-6]\b", flags=re.IGNORECASE)


def to_html(
    source: str,
    attachments: Mapping[str, Mapping[str, str]] | None = None,
    own_picture: Callable[[str], str | None] = lambda _: None,
    macros: Macros | None = None,
) -> str:
    """Render a Markdown cell.

    Args:
        source: The cell's text.
        attachments: Pictures attached to the cell, by name and MIME type, in base64.
        own_picture: See `safe_text`.
        macros: The definitions of the notebook's formulas so far.

    Raises:
        TooExpensiveError: Rendering would take too long, or the result would be too large.
    """
    if len(source) > _LONGEST or _table_cells(source) > _CELLS:
        return f"<pre>{html.escape(source)}</pre>"
    formulas, found = Formulas(macros), dict[str, Any]()
    parser = _parser(formulas)
    tokens = parser.parse(MARKS.sub("", source), found)
    if sum(map(_length, tokens)) > _WRITTEN:
        raise TooExpensiveError
    drawn = parser.renderer.render(tokens, parser.options, found)
    pictures = {
        name: address
        for name, kinds in (attachments or {}).items()
        if (address := picture_data_url(kinds)) is not None
    }
    clean = IMAGE.sub(_said_of_picture, safe_text(drawn, pictures, own_picture))
    return formulas.insert(clean)


def _said_of_picture(image: re.Match[str]) -> str:
    """Say which picture is left out, where one may not be loaded."""
    if ' src="' in image[1]:
        return image[0] if ' alt="' in image[1] else f'<img{image[1]} alt="A picture">'
    described = _ALT.search(image[1])
    return f"<em>(A picture is left out here{f': {described[1]}' if described else ''})</em>"


def html_to_html(
    source: str,
    macros: Macros | None = None,
    pictures: Mapping[str, str] | None = None,
) -> str:
    """Make HTML that code has shown safe, and draw its formulas.

    Args:
        source: The HTML.
        macros: The definitions of the notebook's formulas so far.
        pictures: See `safe_text`.

    Raises:
        TooExpensiveError: It would take too long, or become too large.
    """
    formulas = Formulas(macros)
    marked = replace_formulas_in_html(
        MARKS.sub("", source), lambda latex, display: formulas.mark(latex, display=display)
    )
    return formulas.insert(safe_text(_with_lowest_headings(marked), pictures))


def latex_to_html(source: str, macros: Macros | None = None) -> str:
    """Draw the formulas of LaTeX that code has shown; the rest is text.

    Args:
        source: The LaTeX.
        macros: The definitions of the notebook's formulas so far.

    Raises:
        TooExpensiveError: It would take too long, or become too large.
    """
    formulas = Formulas(macros)
    marked = replace_formulas(
        MARKS.sub("", source), lambda latex, display: formulas.mark(latex, display=display)
    )
    return f'<div class="latex">{formulas.insert(html.escape(marked))}</div>'


def comment_to_html(source: str) -> str:
    """Render a teacher's comment as Markdown: its line breaks are kept, and its HTML is text."""
    try:
        formulas = Formulas()
        parser = _parser(formulas)
        parser.options["html"], parser.options["breaks"] = False, True
        drawn = safe_text(parser.render(MARKS.sub("", source)))
        return formulas.insert(IMAGE.sub(_said_of_picture, drawn))
    except TooExpensiveError:
        return f"<p>{html.escape(source)}</p>"


def _length(token: Token) -> int:
    """Return the number of characters of a token, including its children."""
    own = len(token.content) + sum(len(str(value)) for value in token.attrs.values())
    return own + sum(map(_length, token.children or ()))


def _table_cells(source: str) -> int:
    rows = [line.count("|") for line in source.splitlines() if "|" in line]
    return len(rows) * max(rows, default=0)


def _parser(formulas: Formulas) -> MarkdownIt:
    def draw(latex: str, display: bool) -> str:
        return formulas.mark(latex, display=display)

    def lowest_headings(_: RendererHTML, tokens: Sequence[Token], index: int, *rest: Any) -> str:
        return _with_lowest_headings(tokens[index].content)

    def block(_: RendererHTML, tokens: Sequence[Token], index: int, *rest: Any) -> str:
        return _with_lowest_headings(replace_formulas_in_html(tokens[index].content, draw))

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    formula_plugin(parser, draw)
    parser.core.ruler.push("lower-headings", _lower_headings)
    parser.add_render_rule("html_inline", lowest_headings)
    parser.add_render_rule("html_block", block)
    return parser


def _lower_headings(state: Any) -> None:
    tokens: list[Token] = state.tokens
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _DOWN)}"


def _with_lowest_headings(source: str) -> str:
    """Lower headings written as HTML to the last level, so that none imitates the page's."""
    return _HEADING.sub(r"\1h6", source)
