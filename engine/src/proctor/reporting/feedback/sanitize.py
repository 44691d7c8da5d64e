"""HTML that students had a hand in, made inert.

What is allowed through is listed; everything else goes. No attribute that styles or places, no
script, no form, no picture from elsewhere: what is left can look like text in a box, and like
nothing else.
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

_TEXT = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "dl", "dt",
    "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "s",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_TABLE = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "b", "i", "em", "strong"}
_SPANS = {"colspan", "rowspan"}
_CELLS = {"td": _SPANS, "th": {*_SPANS, "scope"}}
_EMPTY_HEADING = re.compile(r"<th([^>]*)>\s*</th>")
"""What heads nothing; screen readers stumble over it."""

_LARGEST = 1_000_000
"""Characters of clean HTML, besides pictures; what becomes more is not shown."""

_SPAN = re.compile(r"\d{1,4}")
_SCOPES = {"row", "col", "rowgroup", "colgroup"}


class CostlyError(Exception):
    """HTML that would take long to clean, or become very large."""


MARKS = re.compile("[\ue000\ue001]")
"""Characters between which the number of a formula stands, until it is put in."""

_PREFIX = "nb-"
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")


def safe_text(
    html: str,
    attachments: Mapping[str, str] | None = None,
    is_own_file: Callable[[str], bool] = lambda _: False,
) -> str:
    """What Markdown gave, with links, tables and pictures that lie in the page itself.

    Args:
        html: The text.
        attachments: Addresses of pictures by the names under which ``attachment:`` asks for them;
            each is shown once.
        is_own_file: Whether an address is that of a picture that may be fetched.

    Raises:
        CostlyError: It is not worth the effort.
    """
    unused = dict(attachments or {})

    def own_places(tag: str, attribute: str, value: str) -> str | None:
        value = MARKS.sub("", value)
        if value.startswith("attachment:"):
            name = unquote(value.removeprefix("attachment:"))
            return unused.pop(name, None) if attribute == "src" else None
        if attribute == "src" and is_own_file(value):
            return value
        return _own_places(attribute, value)

    return _cleaned(
        html,
        limit=_LARGEST + sum(map(len, unused.values())),
        tags=_TEXT,
        clean_content_tags={"script", "style", "svg", "math", "iframe", "title", "textarea"},
        attributes={"a": {"href", "id", "name"}, "img": {"src", "alt"}, "ol": {"start"}, **_CELLS},
        attribute_filter=own_places,
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        link_rel="noopener noreferrer nofollow",
    )


def safe_table(html: str) -> str | None:
    """What a data frame shows as HTML; None where there is no table in it.

    Raises:
        CostlyError: It is not worth the effort.
    """
    clean = _cleaned(
        html,
        limit=_LARGEST,
        tags=_TABLE,
        clean_content_tags={"script", "style"},
        attributes=_CELLS,
        attribute_filter=lambda tag, attribute, value: _own_places(attribute, value),
    ).strip()
    clean = _EMPTY_HEADING.sub(r"<td\1></td>", clean)
    return clean if clean.startswith("<table") else None


def _cleaned(html: str, *, limit: int, **rules: Any) -> str:
    if not is_cheap(html):
        raise CostlyError
    clean = nh3.clean(html, **rules)
    if len(clean) > limit:
        raise CostlyError
    return clean


def _own_places(attribute: str, value: str) -> str | None:
    """Keep a notebook's anchors apart from the page's, and pictures to those that are in it."""
    if attribute in ("id", "name"):
        return _PREFIX + value
    if attribute == "href":
        if value.startswith("#"):
            return f"#{_PREFIX}{value[1:]}"
        return value if value.startswith(("http://", "https://", "mailto:")) else None
    if attribute == "src":
        return value if _PICTURE.fullmatch(value) else None
    if attribute in _SPANS:
        return value if _SPAN.fullmatch(value) else None
    if attribute == "scope":
        return value if value in _SCOPES else None
    return value


_PATH = re.compile(r"[\w.+@~/-]{3,}")
_LIBRARY = re.compile(r"/(?=(?:site|dist)-packages\b|lib\d*/python\d|python\d\.\d+/)")
"""The slash before a library's own path in a traceback, wherever the environment lies."""


_TEMPORARY = rf"(?:{re.escape(tempfile.gettempdir())}|/tmp)(?:/{PREFIX}\w+)+"
"""The folders of fork servers, in which a confined notebook's own folder lies."""


class Scrubber:
    """Shortens paths."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Note which folders are nobody's business.

        Args:
            folders: Absolute paths, such as the course's.
        """
        given = {str(folder) for folder in (*folders, *_of_this_python()) if len(folder.parts) > 1}
        longest_first = sorted(given, key=len, reverse=True)
        self._known = re.compile("|".join([*map(re.escape, longest_first), _TEMPORARY]))

    def __call__(self, text: str) -> str:
        """The text with ``...`` where a folder's path began."""
        return self._known.sub("...", _PATH.sub(_shortened, text))


def _of_this_python() -> Iterable[Path]:
    yield from (Path(sys.prefix), Path(sys.base_prefix), Path.home())
    yield from (Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))


def _shortened(found: re.Match[str]) -> str:
    """A path without what stands before the library's part of it."""
    path = found[0]
    last = max((slash.end() for slash in _LIBRARY.finditer(path)), default=0)
    return f"{path[: path.index('/')]}.../{path[last:]}" if last else path


_MAX_TAGS = 30_000
_MAX_REOPENED = 1_000_000
"""Product of unclosed formatting elements and tags: so many times one may be opened anew."""

_MAX_SEARCHED = 50_000_000
"""Product of unclosed elements and tags: so many steps a search for an open one may take."""

_PASSES = 6
"""So deep is closed text taken out: a table is five levels of it."""

# Elements that a parser opens anew: https://html.spec.whatwg.org/#formatting
_FORMATTING = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", flags=re.IGNORECASE
)
# An element that holds text alone. Its attributes are written in a way that can't be read in
# another one; each part takes all that it can and gives nothing back, so that time is linear.
_CLOSED = re.compile(
    r"""<([a-z][a-z0-9]*+)(?:\s++[\w:-]++(?:=(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+)*+\s*+>"""
    r"""[^<]*+</\1\s*+>""",
    flags=re.IGNORECASE,
)


def is_cheap(html: str) -> bool:
    """Whether a parser takes a fraction of a second, and writes little more than it is given.

    HTML's rules for tags that are not closed make a parser work, and write, out of proportion: an
    unclosed ``<i a=1>`` is opened anew in each paragraph that follows, and what is nested deeply is
    looked through for each tag. What is closed where it was opened costs nothing of the kind,
    however much of it there is, and is left out of the count.
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
