"""A notebook's Markdown as HTML that can be put into the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from proctor.feedback.mathematics import mathml
from proctor.feedback.safe import safe_text

_DOWN = 2
"""Levels by which a notebook's headings are moved: above them stand the page's own."""

_MARK = re.compile("\ue000(\\d+)\ue001")
_MARKS = re.compile("[\ue000\ue001]")
_ATTACHED = re.compile(r"\battachment:([^\s)\"'<>]+)")
_SHOWN = ("image/png", "image/jpeg", "image/gif")


def to_html(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Render a Markdown cell.

    Args:
        source: The cell's text.
        attachments: Pictures that came with the cell, by name and type, in base64.
    """
    formulas: list[str] = []
    text = _ATTACHED.sub(lambda found: _attached(found[1], attachments or {}), source)
    drawn = _parser(formulas).render(_MARKS.sub("", text))
    # Formulas are put in last: what passed for safe is not looked through for them.
    return _MARK.sub(lambda found: formulas[int(found[1])], safe_text(drawn))


def _parser(formulas: list[str]) -> MarkdownIt:
    def formula(latex: str, about: dict[str, Any]) -> str:
        formulas.append(mathml(latex, display=bool(about.get("display_mode"))))
        return f"\ue000{len(formulas) - 1}\ue001"

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, double_inline=True, renderer=formula)
    parser.core.ruler.push("lower-headings", _lower_headings)
    return parser


def _lower_headings(state: Any) -> None:
    tokens: list[Token] = state.tokens
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _DOWN)}"


def _attached(name: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    kinds = attachments.get(name, {})
    return next(
        (f"data:{kind};base64,{kinds[kind]}" for kind in _SHOWN if kind in kinds), f"#{name}"
    )
