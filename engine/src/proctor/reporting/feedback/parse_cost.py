"""How much HTML that a student had a hand in would cost, counted before it is parsed.

HTML's rules for tags that are not closed make a parser work, and write, out of proportion: an
unclosed ``<i a=1>`` is opened anew in each paragraph that follows, and what is nested deeply is
looked through for each tag. What is closed where it was opened costs nothing of the kind, however
much of it there is, and is left out of the count.
"""

from __future__ import annotations

import re

_MOST_TAGS = 30_000
_MOST_REOPENED = 1_000_000
"""Product of unclosed formatting elements and tags: so many times one may be opened anew."""

_MOST_SEARCHED = 50_000_000
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
    """Whether a parser takes a fraction of a second, and writes little more than it is given."""
    tags = html.count("<")
    if tags > _MOST_TAGS:
        return False
    rest = html
    for _ in range(_PASSES):
        formatting, open_ = len(_FORMATTING.findall(rest)), rest.count("<")
        if formatting * tags <= _MOST_REOPENED and open_ * tags <= _MOST_SEARCHED:
            return True
        rest = _CLOSED.sub("", rest)
    return False
