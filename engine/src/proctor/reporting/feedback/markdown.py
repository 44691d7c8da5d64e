"""Convert a notebook's Markdown to HTML that is safe to insert into the page."""

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

from proctor.reporting.feedback.output_views import picture_data_url
from proctor.reporting.feedback.sanitize import MARKS, TooExpensiveError, safe_text

_DOWN = 2
"""Levels by which a notebook's headings are lowered, below the page's own."""

_LONGEST = 20_000
"""Maximum characters of a cell; longer text is not rendered."""

_CELLS = 5_000
"""Maximum table cells; short rows are padded, so a short text can produce many cells."""

_FORMULAS = 1000
"""Maximum formulas of a cell; each takes some time to convert, however short it is."""

_WRITTEN = 1_000_000
"""Maximum characters of all tokens; a link reference can be used any number of times."""

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
        attachments: Pictures attached to the cell, by name and MIME type, in base64.
        is_own_file: Whether a URL is that of a picture that may be loaded.

    Raises:
        TooExpensiveError: Rendering would take too long, or the result would be too large.
    """
    if len(source) > _LONGEST or _table_cells(source) > _CELLS:
        return f"<pre>{html.escape(source)}</pre>"
    formulas: dict[int, str] = {}
    parser, found = _parser(formulas), dict[str, Any]()
    tokens = parser.parse(MARKS.sub("", source), found)
    if sum(map(_length, tokens)) > _WRITTEN:
        raise TooExpensiveError
    drawn = parser.renderer.render(tokens, parser.options, found)
    pictures = {
        name: address
        for name, kinds in (attachments or {}).items()
        if (address := picture_data_url(kinds)) is not None
    }
    # Formulas are inserted after sanitising, which would remove MathML. Each is inserted only once,
    # whatever marks the text contained.
    return _MARK.sub(
        lambda found: formulas.pop(int(found[1]), ""), safe_text(drawn, pictures, is_own_file)
    )


def _length(token: Token) -> int:
    """Return the number of characters of a token, including its children."""
    own = len(token.content) + sum(len(str(value)) for value in token.attrs.values())
    return own + sum(map(_length, token.children or ()))


def _table_cells(source: str) -> int:
    rows = [line.count("|") for line in source.splitlines() if "|" in line]
    return len(rows) * max(rows, default=0)


def _parser(formulas: dict[int, str]) -> MarkdownIt:
    def formula(latex: str, about: dict[str, Any]) -> str:
        number = len(formulas)
        if number >= _FORMULAS:
            raise TooExpensiveError
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
    """Lower headings written as HTML to the last level, so that none imitates the page's."""
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
"""A long formula can be scrolled, also with the keyboard."""

_LONGEST_FORMULA = 2000
"""Maximum characters of a formula; longer ones are shown as code."""


def mathml(latex: str, *, display: bool) -> str:
    """Convert a formula to MathML, or to code if it can't be converted.

    Args:
        latex: The formula, without its dollar signs.
        display: Whether it is shown on a line of its own.
    """
    if len(latex) <= _LONGEST_FORMULA:
        # The library raises arbitrary exceptions on unknown input.
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
    """Return the formula, serialised from its checked tree; None if it is not only MathML.

    The library passes on any text in a formula, and HTML parses comments and the like differently
    from XML, so the output must be written from what was checked.
    """
    tree = ElementTree.fromstring(drawn)
    for element in tree.iter():
        element.tag = element.tag.removeprefix(_MATHML)
        if element.tag not in _ELEMENTS or not set(element.attrib) <= _ATTRIBUTES:
            return None
    return tostring(tree, encoding="unicode", short_empty_elements=False)
