"""HTML that student code has shown, made inert, and what was lost by that."""

from __future__ import annotations

import re

from proctor.reporting.feedback.left_out import parts_of_html
from proctor.reporting.feedback.macros import Macros
from proctor.reporting.feedback.markdown import html_to_html
from proctor.reporting.feedback.sanitize import IMAGE
from proctor.reporting.feedback.svg import svg_data_url

_DRAWING = re.compile(r"<svg\b.*?</svg\s*>", flags=re.IGNORECASE | re.DOTALL)
_MAX_DRAWINGS = 100
_SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|\Z)", flags=re.IGNORECASE | re.DOTALL)
"""Scripts of libraries are long, and would count as many tags."""

_UNREADABLE = re.compile(r"class=[\"']?(?:sk-top-container|list-inline|dl-inline)\b")
"""Classes of what can't be read without its style sheet, and whose text says the same: diagrams of
scikit-learn's estimators, and vectors of R."""

_ALT = 'alt="A picture that the code of this cell drew"'
_TAGS = re.compile(r"<(?!img|hr|math)[^<>]*>")


def reads_better_as_text(source: str) -> bool:
    """Whether the text of an output says more than its HTML without a style sheet."""
    return _UNREADABLE.search(source) is not None


def html_output(source: str, macros: Macros | None = None) -> tuple[str, list[str]]:
    """Make HTML inert.

    Args:
        source: The HTML.
        macros: The definitions of the notebook's formulas so far.

    Returns:
        Safe HTML, empty if nothing of it can be seen, and what was left out.

    Raises:
        TooExpensiveError: It would take too long, or become too large.
    """
    drawings: dict[str, str] = {}
    lost: list[str] = []

    def draw(found: re.Match[str]) -> str:
        address = svg_data_url(found[0])
        if address is None:
            lost.append("a drawing")
            return ""
        name = f"drawing-{len(drawings)}"
        drawings[name] = address
        return f'<img src="attachment:{name}">'

    if source.lower().count("<svg") > _MAX_DRAWINGS:
        lost.append("drawings")
        marked = source
    else:
        marked = _DRAWING.sub(draw, source)
    lost += parts_of_html(marked)
    marked = _SCRIPT.sub("", marked)
    clean = IMAGE.sub(lambda image: _described(image, lost), html_to_html(marked, macros, drawings))
    return (clean if _TAGS.sub("", clean).strip() else ""), lost


def _described(image: re.Match[str], lost: list[str]) -> str:
    """A picture with words for those who can't see it; nothing if it may not be loaded."""
    if ' src="data:' not in image[1]:
        lost.append("a picture from elsewhere")
        return ""
    return image[0] if ' alt="' in image[1] else f"<img{image[1]} {_ALT}>"
