"""Formulas as MathML, which browsers draw by themselves."""

from __future__ import annotations

import html
from xml.etree.ElementTree import tostring

from defusedxml import ElementTree
from latex2mathml.converter import convert

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

_LONGEST = 2000
"""Characters; what is longer is shown as it was written."""


def mathml(latex: str, *, display: bool) -> str:
    """A formula as MathML, or as code where it is not understood.

    Args:
        latex: The formula, without its dollar signs.
        display: Whether it stands on a line of its own.
    """
    if len(latex) <= _LONGEST:
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
