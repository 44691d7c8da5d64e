"""A notebook's Markdown as HTML that can be put into the page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import tostring

from defusedxml import ElementTree
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from proctor.reporting.feedback.output_views import picture_address
from proctor.reporting.feedback.sanitize import MARKS, CostlyError, safe_text

_DOWN = 2
"""Levels by which a notebook's headings are moved: above them stand the page's own."""

_LONGEST = 20_000
"""Characters; what is longer is shown as it was written."""

_CELLS = 5_000
"""Cells of tables; short rows are filled up, so that little text can make many of them."""

_FORMULAS = 1000
"""Formulas of a cell; each takes some time to draw, however short it is."""

_WRITTEN = 1_000_000
"""Characters of all that is written out; a reference can be used again and again."""

_MARK = re.compile("\ue000(\\d{1,5})\ue001")
_HEADING = re.compile(r"(</?)h[1-6]\b", flags=re.IGNORECASE)


def to_html(
    source: str,
    attachments: Mapping[str, Mapping[str, str]] | None = None,
    is_own_file: Callable[[str], bool] = lambda _: False,
) -> str:
    """Render a Markdown cell.

    Args:
        source: The cell's text.
        attachments: Pictures that came with the cell, by name and type, in base64.
        is_own_file: Whether an address is that of a picture that may be fetched.

    Raises:
        CostlyError: It would take long to draw, or become very large.
    """
    if len(source) > _LONGEST or _table_cells(source) > _CELLS:
        return f"<pre>{html.escape(source)}</pre>"
    formulas: dict[int, str] = {}
    parser, found = _parser(formulas), dict[str, Any]()
    tokens = parser.parse(MARKS.sub("", source), found)
    if sum(map(_length, tokens)) > _WRITTEN:
        raise CostlyError
    drawn = parser.renderer.render(tokens, parser.options, found)
    pictures = {
        name: address
        for name, kinds in (attachments or {}).items()
        if (address := picture_address(kinds)) is not None
    }
    # Formulas are put in last: what passed for safe is not looked through for them. Each goes to
    # one place, whatever marks a text brought along.
    return _MARK.sub(
        lambda found: formulas.pop(int(found[1]), ""), safe_text(drawn, pictures, is_own_file)
    )


def _length(token: Token) -> int:
    """Characters that a token holds, with the tokens in it."""
    own = len(token.content) + sum(len(str(value)) for value in token.attrs.values())
    return own + sum(map(_length, token.children or ()))


def _table_cells(source: str) -> int:
    rows = [line.count("|") for line in source.splitlines() if "|" in line]
    return len(rows) * max(rows, default=0)


def _parser(formulas: dict[int, str]) -> MarkdownIt:
    def formula(latex: str, about: dict[str, Any]) -> str:
        number = len(formulas)
        if number >= _FORMULAS:
            raise CostlyError
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


_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = {
    "math", "menclose", "mfenced", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom",
    "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd",
    "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
_ATTRIBUTES = {
    "accent", "accentunder", "columnalign", "columnspacing", "display", "displaystyle", "fence",
    "form", "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize",
    "movablelimits", "notation", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy",
    "symmetric", "width",
}  # fmt: skip
_SCROLLED = '<span class="formula" tabindex="0">{}</span>'
"""A long formula is scrolled, with the keyboard, too."""

_LONGEST_FORMULA = 2000
"""Characters; what is longer is shown as it was written."""


def mathml(latex: str, *, display: bool) -> str:
    """A formula as MathML, or as code where it is not understood.

    Args:
        latex: The formula, without its dollar signs.
        display: Whether it stands on a line of its own.
    """
    if len(latex) <= _LONGEST_FORMULA:
        # The library raises what it likes on what it doesn't know.
        try:
            drawn = _checked(convert(latex, display="block" if display else "inline"))
        except Exception:
            return _as_code(latex)
        if drawn is not None:
            return _SCROLLED.format(drawn) if display else drawn
    return _as_code(latex)


def _as_code(latex: str) -> str:
    return f"<code>{html.escape(latex)}</code>"


def _checked(drawn: str) -> str | None:
    """The formula written anew from what was looked at; None where it is not MathML alone.

    The library hands on what a text in a formula holds, and HTML reads comments and the like in
    another way than XML does: what was read is what must be written.
    """
    tree = ElementTree.fromstring(drawn)
    for element in tree.iter():
        element.tag = element.tag.removeprefix(_MATHML)
        if element.tag not in _ELEMENTS or not set(element.attrib) <= _ATTRIBUTES:
            return None
    return tostring(tree, encoding="unicode", short_empty_elements=False)
