"""What of an output a page can't show, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from proctor.text import one_line

_MAX_TITLE = 100

_INTERACTIVE = (
    ("application/vnd.plotly.", "an interactive plot (Plotly)"),
    ("application/vnd.vega", "an interactive plot (Vega-Altair)"),
    ("application/vnd.bokehjs", "an interactive plot (Bokeh)"),
    ("application/vnd.holoviews", "an interactive plot (HoloViews)"),
    ("application/vnd.jupyter.widget-view", "a widget"),
    ("application/javascript", "a script"),
    ("application/geo+json", "a map"),
    ("application/vnd.geo+json", "a map"),
    ("application/pdf", "a PDF document"),
    ("text/vnd.mermaid", "a diagram (Mermaid)"),
    ("video/", "a film"),
    ("audio/", "a sound"),
    ("image/", "a picture of a kind that is not shown, or that is damaged or too large"),
)
_SHOWN_AS_TEXT = ("text/plain", "text/html", "text/markdown", "text/latex", "application/json")

_IN_HTML = (
    (re.compile(r"<(?:iframe|frame|object|embed)\b", re.IGNORECASE), "another page"),
    (re.compile(r"<video\b", re.IGNORECASE), "a film"),
    (re.compile(r"<audio\b", re.IGNORECASE), "a sound"),
    (re.compile(r"<canvas\b", re.IGNORECASE), "a drawing by a script"),
    (re.compile(r"<(?:form|input|button|select|textarea)\b", re.IGNORECASE), "controls"),
    (re.compile(r"<script\b", re.IGNORECASE), "a script"),
)
_OBJECT = re.compile(r"<[\w.]+ (?:object|at 0x[0-9a-f]+)[^\n]*>|<Figure size [^\n]*>")


def parts_of_html(source: str) -> list[str]:
    """Name what is in HTML and would need a script, or something from elsewhere."""
    return [words for pattern, words in _IN_HTML if pattern.search(source)]


def kinds_left_out(data: Mapping[str, Any]) -> list[str]:
    """Name the kinds of an output that a page can't show.

    Args:
        data: Contents by MIME type.
    """
    found = []
    for kind, content in data.items():
        words = next((words for start, words in _INTERACTIVE if kind.startswith(start)), None)
        if words is not None:
            found.append(words + _title(content))
        elif kind not in _SHOWN_AS_TEXT:
            found.append(f"something of the kind {one_line(kind, 80)}")
    return list(dict.fromkeys(found))


def _title(content: Any) -> str:
    """The title of a plot that is described in JSON."""
    layout = content.get("layout") if isinstance(content, dict) else None
    title = layout.get("title") if isinstance(layout, dict) else None
    text = title.get("text") if isinstance(title, dict) else title
    if not isinstance(text, str) or not text.strip():
        return ""
    return f" with the title “{one_line(text, _MAX_TITLE)}”"


def sentence(parts: list[str]) -> str:
    """Say what was left out."""
    return f"Left out here, since a page can't show it: {', '.join(dict.fromkeys(parts))}."


def says_nothing(text: str) -> bool:
    """Whether a text only names the object that was to be shown."""
    return not text.strip() or _OBJECT.fullmatch(text.strip()) is not None
