"""Make HTML inert that students can influence.

Only listed elements and attributes are kept: of styles only colours and the like, no attributes for
position, no scripts, no forms, no external pictures. The result can only look like text in a box.
"""

from __future__ import annotations

import re
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nh3

from proctor.files.temporary import PREFIX
from proctor.reporting.feedback.styled_tables import (
    cell_styles,
    safe_declarations,
    with_styles,
)

_TEXT = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl",
    "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre",
    "s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}  # fmt: skip
_TABLE = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "b", "i", "em", "strong"}
_SPANS = {"colspan", "rowspan"}
_CELLS = {"td": _SPANS, "th": {*_SPANS, "scope"}}
_EMPTY_HEADING = re.compile(r"<th([^>]*)>\s*</th>")
"""A table header without text, which confuses screen readers."""

_LARGEST = 1_000_000
"""Maximum characters of clean HTML, besides pictures; larger results are not shown."""

_SPAN = re.compile(r"\d{1,4}")
_WIDTH = re.compile(r"\d{1,4}%?")
_SCOPES = {"row", "col", "rowgroup", "colgroup"}


class TooExpensiveError(Exception):
    """HTML that would take too long to clean, or become too large."""


MARKS = re.compile("[\ue000\ue001]")
"""Characters that delimit the number of a formula until the formula is inserted."""

_PREFIX = "nb-"
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")


def safe_text(
    html: str,
    attachments: Mapping[str, str] | None = None,
    own_picture: Callable[[str], str | None] = lambda _: None,
) -> str:
    """Clean rendered Markdown; keep links, tables and embedded pictures.

    Args:
        html: The rendered Markdown.
        attachments: URLs of pictures by their names in ``attachment:`` URLs; each is shown once.
        own_picture: Returns where a picture of the notebook's own is; None if it is none.

    Raises:
        TooExpensiveError: It would take too long to clean, or become too large.
    """
    unused = dict(attachments or {})
    room = _LARGEST + sum(map(len, unused.values()))

    def own_places(tag: str, attribute: str, value: str) -> str | None:
        nonlocal room
        value = MARKS.sub("", value)
        if value.startswith("attachment:"):
            name = unquote(value.removeprefix("attachment:"))
            return unused.pop(name, None) if attribute == "src" else None
        if attribute == "src" and (place := own_picture(value)) is not None:
            room += len(place)
            return place
        return _own_places(attribute, value)

    clean = _cleaned(
        html,
        tags=_TEXT,
        clean_content_tags={"script", "style", "svg", "math", "iframe", "title", "textarea"},
        attributes={
            "a": {"href", "id", "name"},
            "img": {"src", "alt", "width"},
            "ol": {"start"},
            "div": {"class", "style"},
            "p": {"style"},
            "span": {"style"},
            **{tag: {*names, "style"} for tag, names in _CELLS.items()},
        },
        attribute_filter=own_places,
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        link_rel="noopener noreferrer nofollow",
    )
    if len(clean) > room:
        raise TooExpensiveError
    return clean


def safe_table(html: str) -> str | None:
    """Clean the HTML of a data frame; return None if it is not a table.

    Of its looks, only colours and the like of single cells are kept.

    Raises:
        TooExpensiveError: It would take too long to clean, or become too large.
    """
    styles = cell_styles(html)

    def own_places(_: str, attribute: str, value: str) -> str | None:
        if attribute == "id":
            return value if value in styles else None
        return _own_places(attribute, value)

    clean = _cleaned(
        html,
        tags=_TABLE,
        clean_content_tags={"script", "style"},
        attributes={tag: {*names, "id"} for tag, names in _CELLS.items()},
        attribute_filter=own_places,
    ).strip()
    clean = with_styles(_EMPTY_HEADING.sub(r"<td\1></td>", clean), styles)
    if len(clean) > _LARGEST:
        raise TooExpensiveError
    return clean if clean.startswith("<table") else None


def _cleaned(html: str, **rules: Any) -> str:
    if not is_cheap(html):
        raise TooExpensiveError
    return nh3.clean(html, **rules)


IMAGE = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
"""A picture in clean HTML; group 1 has its attributes."""


def _own_places(attribute: str, value: str) -> str | None:
    """Prefix a notebook's anchors, and drop attribute values that are not allowed."""
    if attribute in ("id", "name"):
        return _PREFIX + value
    if attribute == "href":
        if value.startswith("#"):
            return f"#{_PREFIX}{value[1:]}"
        return value if value.startswith(("http://", "https://", "mailto:")) else None
    if attribute == "src":
        return value if _PICTURE.fullmatch(value) else None
    if attribute == "width":
        return value if _WIDTH.fullmatch(value) else None
    if attribute == "class":
        return "alert" if "alert" in value.split() else None
    if attribute == "style":
        return safe_declarations(value) or None
    if attribute in _SPANS:
        return value if _SPAN.fullmatch(value) else None
    if attribute == "scope":
        return value if value in _SCOPES else None
    return value


_PATH = re.compile(r"[\w.+@~/-]{3,}")
_LIBRARY = re.compile(r"/(?=(?:site|dist)-packages\b|lib\d*/python\d|python\d\.\d+/)")
"""The slash before a library's own path in a traceback, wherever it is installed."""


_TEMPORARY = rf"(?:{re.escape(tempfile.gettempdir())}|/tmp)(?:/{PREFIX}\w+)+"
"""Folders of fork servers, which contain a confined notebook's own folder."""


class Scrubber:
    """Shortens paths in a text."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Set the folders whose paths are removed.

        Args:
            folders: Absolute paths, such as the course's.
        """
        given = {str(folder) for folder in (*folders, *_of_this_python()) if len(folder.parts) > 1}
        longest_first = sorted(given, key=len, reverse=True)
        self._known = re.compile("|".join([*map(re.escape, longest_first), _TEMPORARY]))

    def __call__(self, text: str) -> str:
        """Return the text with ``...`` in place of the folders' paths."""
        return self._known.sub("...", _PATH.sub(_shortened, text))


def _of_this_python() -> Iterable[Path]:
    yield from (Path(sys.prefix), Path(sys.base_prefix), Path.home())
    yield from (Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))


def _shortened(found: re.Match[str]) -> str:
    """Remove everything before the library's part of a path."""
    path = found[0]
    last = max((slash.end() for slash in _LIBRARY.finditer(path)), default=0)
    return f"{path[: path.index('/')]}.../{path[last:]}" if last else path


_MAX_TAGS = 30_000
_MAX_REOPENED = 1_000_000
"""Maximum product of unclosed formatting elements and tags: how often they may be reopened."""

_MAX_SEARCHED = 50_000_000
"""Maximum product of unclosed elements and tags: steps of searches for open elements."""

_PASSES = 6
"""Levels of closed elements that are removed; a table has five."""

# Elements that a parser reopens: https://html.spec.whatwg.org/#formatting
_FORMATTING = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", flags=re.IGNORECASE
)
# An element that contains only text, with attributes that can be parsed in only one way. All
# quantifiers are possessive, so that matching takes linear time.
_CLOSED = re.compile(
    r"""<([a-z][a-z0-9]*+)(?:\s++[\w:-]++(?:=(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+)*+\s*+>"""
    r"""[^<]*+</\1\s*+>""",
    flags=re.IGNORECASE,
)


def is_cheap(html: str) -> bool:
    """Return whether parsing takes a fraction of a second, and output is little more than input.

    HTML's rules for unclosed tags can make a parser's time and output grow out of proportion: an
    unclosed ``<i a=1>`` is reopened in each paragraph that follows, and deeply nested elements are
    searched for each tag. Properly closed elements have no such cost, however many there are, and
    are not counted.
    """
    tags = html.count("<")
    if tags > _MAX_TAGS:
        return False
    rest = html
    for _ in range(_PASSES):
        formatting, open_ = len(_FORMATTING.findall(rest)), rest.count("<")
        if formatting * tags <= _MAX_REOPENED and open_ * tags <= _MAX_SEARCHED:
            return True
        rest = _CLOSED.sub("", rest)
    return False
