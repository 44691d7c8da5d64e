"""A notebook's Markdown as HTML that can be put into the page."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from proctor.feedback.mathematics import mathml
from proctor.feedback.pictures import picture_address
from proctor.feedback.safe import MARKS, safe_text

_DOWN = 2
"""Levels by which a notebook's headings are moved: above them stand the page's own."""

_LONGEST = 20_000
"""Characters; what is longer is shown as it was written."""

_CELLS = 5_000
"""Cells of tables; short rows are filled up, so that little text can make many of them."""

_MARK = re.compile("\ue000(\\d{1,5})\ue001")
_HEADING = re.compile(r"(</?)h[1-6]\b", flags=re.IGNORECASE)


def to_html(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Render a Markdown cell.

    Args:
        source: The cell's text.
        attachments: Pictures that came with the cell, by name and type, in base64.
    """
    if len(source) > _LONGEST or _table_cells(source) > _CELLS:
        return f"<pre>{html.escape(source)}</pre>"
    formulas: dict[int, str] = {}
    drawn = _parser(formulas).render(MARKS.sub("", source))
    pictures = {
        name: address
        for name, kinds in (attachments or {}).items()
        if (address := picture_address(kinds)) is not None
    }
    # Formulas are put in last: what passed for safe is not looked through for them. Each goes to
    # one place, whatever marks a text brought along.
    return _MARK.sub(lambda found: formulas.pop(int(found[1]), ""), safe_text(drawn, pictures))


def _table_cells(source: str) -> int:
    rows = [line.count("|") for line in source.splitlines() if "|" in line]
    return len(rows) * max(rows, default=0)


def _parser(formulas: dict[int, str]) -> MarkdownIt:
    def formula(latex: str, about: dict[str, Any]) -> str:
        number = len(formulas)
        formulas[number] = mathml(latex, display=bool(about.get("display_mode")))
        return f"\ue000{number}\ue001"

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, double_inline=True, renderer=formula)
    parser.core.ruler.push("lower-headings", _lower_headings)
    for kind in ("html_block", "html_inline"):
        parser.add_render_rule(kind, _lowest_headings)
    return parser


def _lower_headings(state: Any) -> None:
    tokens: list[Token] = state.tokens
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _DOWN)}"


def _lowest_headings(_: RendererHTML, tokens: Sequence[Token], index: int, *rest: Any) -> str:
    """Headings that were written as HTML are the lowest: none looks like the page's."""
    return _HEADING.sub(r"\1h6", tokens[index].content)
