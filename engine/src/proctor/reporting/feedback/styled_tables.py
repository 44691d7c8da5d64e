"""The looks of cells in a data frame that pandas has styled, from the frame's own style sheet.

Only colours and the like are taken over, and only for single cells: nothing else on the page can be
selected, and nothing moved.

https://pandas.pydata.org/docs/user_guide/style.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LONGEST, _MOST = 400_000, 20_000
"""Maximum characters of a style sheet that is read, and of cells that get a style."""

_LONGEST_STYLE = 300

_SHEET = re.compile(r"<style[^<>]*>([^<]*)</style", flags=re.IGNORECASE)
_CELL = re.compile(r"#([A-Za-z][\w-]{0,100})")
_CELL_ID = re.compile(r"(<t[dh]\b[^<>]*?) id=\"([\w-]+)\"")

_NUMBER = r"[\d.]{1,12}%?"
_FUNCTION = rf"(?:rgb|hsl)a?\(\s*{_NUMBER}(?:\s*[,/\s]\s*{_NUMBER}){{2,3}}\s*\)"
_COLOUR = rf"(?:#[0-9a-fA-F]{{3,8}}|[a-zA-Z]{{3,25}}|{_FUNCTION})"
_STOPS = rf"(?:\s*,\s*{_COLOUR}(?:\s+{_NUMBER}){{0,2}}){{1,12}}"
_WORDS = {
    "font-style": "normal|italic",
    "font-weight": r"normal|bold(?:er)?|lighter|[1-9]00",
    "text-align": "left|right|center",
    "text-decoration": "none|underline|line-through",
}
_VALUES = {
    "color": re.compile(_COLOUR),
    "background-color": re.compile(_COLOUR),
    "background": re.compile(rf"{_COLOUR}|linear-gradient\(\s*-?\d{{1,3}}deg{_STOPS}\s*\)"),
    **{name: re.compile(words) for name, words in _WORDS.items()},
}


def cell_styles(html: str) -> dict[str, str]:
    """Return the declarations for single cells, by the cell's id.

    Args:
        html: A table with style sheets.
    """
    found: dict[str, str] = {}
    for sheet in _SHEET.findall(html[:_LONGEST]):
        for rule in sheet.split("}"):
            selectors, _, declarations = rule.partition("{")
            looks = safe_declarations(declarations)
            for selector in selectors.split(",") if looks else ():
                cell = _CELL.fullmatch(selector.strip())
                if cell and (cell[1] in found or len(found) < _MOST):
                    found[cell[1]] = _joined(found.get(cell[1], ""), looks)
    return found


def _joined(earlier: str, later: str) -> str:
    """Declarations of several rules for a cell, of which there are not many."""
    return f"{earlier};{later}" if earlier and len(earlier) < _LONGEST_STYLE else later


def safe_declarations(text: str) -> str:
    """Return those of some CSS declarations that change only colours, weight and the like."""
    kept = []
    for declaration in text[:1000].split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        allowed = _VALUES.get(name.lower())
        if allowed is not None and allowed.fullmatch(value):
            kept.append(f"{name.lower()}:{value}")
    return ";".join(kept)


def with_styles(table: str, styles: Mapping[str, str]) -> str:
    """Put styles in the place of the cells' ids.

    Args:
        table: A clean table, in which only cells have an id.
        styles: Declarations by id.
    """
    return _CELL_ID.sub(
        lambda found: f'{found[1]} style="{styles[found[2]]}"' if found[2] in styles else found[1],
        table,
    )
