r"""Where formulas are in a text: between dollar signs, ``\\(`` and ``\\[``, and in environments.

https://jupyter-notebook.readthedocs.io/en/stable/examples/Notebook/Typesetting%20Equations.html
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin

Draw = Callable[[str, bool], str]
"""Draws a formula, which may stand on a line of its own."""

_MAX = 5000
"""Maximum characters of a formula that is looked for; this bounds the search for its end."""

_MAX_TEXT = 50_000
"""Maximum characters of a text in which formulas are looked for."""

_NAMES = (
    "align", "alignat", "aligned", "alignedat", "array", "bmatrix", "Bmatrix", "cases", "dcases",
    "displaymath", "eqnarray", "equation", "flalign", "gather", "gathered", "math", "matrix",
    "multline", "pmatrix", "smallmatrix", "split", "subequations", "vmatrix", "Vmatrix",
)  # fmt: skip
_BEGIN = re.compile(r"\\begin\{((?:" + "|".join(_NAMES) + r")\*?)\}")
_BRACKETS = {"\\\\[": "\\\\]", "\\\\(": "\\\\)"}
"""In Markdown, one of the backslashes would escape the other."""


def formula_plugin(parser: MarkdownIt, draw: Draw) -> None:
    """Let a Markdown parser know formulas.

    Args:
        parser: The parser.
        draw: Draws a formula.
    """
    parser.use(dollarmath_plugin, double_inline=True, allow_labels=False)
    parser.inline.ruler.before("escape", "latex", _inline)
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "latex_block", _block, {"alt": ends})
    for kind in ("math_inline", "latex"):
        parser.add_render_rule(kind, _renderer(draw, display=False))
    for kind in ("math_inline_double", "math_block", "latex_display"):
        parser.add_render_rule(kind, _renderer(draw, display=True))


def _renderer(draw: Draw, *, display: bool) -> Callable[..., str]:
    return lambda _, tokens, index, *rest: draw(tokens[index].content.strip(), display)


def _found(text: str, position: int, limit: int) -> tuple[str, bool, int] | None:
    """A formula at a position of a text: its LaTeX, whether it has its own line, and its end."""
    limit = min(limit, position + _MAX)
    brackets = text[position : position + 3]
    if (closing := _BRACKETS.get(brackets)) is not None:
        end = text.find(closing, position + 3, limit)
        if end < 0:
            return None
        return text[position + 3 : end], brackets.endswith("["), end + 3
    begin = _BEGIN.match(text, position, limit)
    if begin is None:
        return None
    closing = rf"\end{{{begin[1]}}}"
    end = text.find(closing, begin.end(), limit)
    if end < 0:
        return None
    end += len(closing)
    return text[position:end], True, end


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "\\":
        return False
    found = _found(state.src, state.pos, state.posMax)
    if found is None:
        return False
    latex, display, end = found
    if not silent:
        state.push("latex_display" if display else "latex", "math", 0).content = latex
    state.pos = end
    return True


def _block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Find a formula that begins a line and ends one, so that nothing in it passes for a list."""
    if state.is_code_block(first):
        return False
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("\\", start):
        return False
    found = _found(state.src, start, state.eMarks[last - 1])
    if found is None or not found[1]:
        return False
    latex, _, end = found
    line = next(n for n in range(first, last) if state.eMarks[n] >= end)
    if state.src[end : state.eMarks[line]].strip() or "\n\n" in latex:
        return False
    if not silent:
        state.line = line + 1
        state.push("latex_display", "math", 0).content = latex
    return True


_START = re.compile(r"\\\$|\$\$?|\\\[|\\\(|\\begin\{")
_CLOSING = {"$": "$", "$$": "$$", r"\[": r"\]", r"\(": r"\)"}


def replace_formulas(text: str, draw: Draw) -> str:
    """Replace the formulas in a text, as MathJax finds them in a page's text.

    Args:
        text: The text.
        draw: Draws a formula.
    """
    if len(text) > _MAX_TEXT:
        return text
    done, position = [], 0
    for start in _START.finditer(text):
        if start.start() < position:
            continue
        if start[0] == r"\$":
            done += [text[position : start.start()], "$"]
            position = start.end()
        elif (found := _in_text(text, start)) is not None:
            latex, display, end = found
            done += [text[position : start.start()], draw(latex, display)]
            position = end
    return "".join([*done, text[position:]])


def _in_text(text: str, start: re.Match[str]) -> tuple[str, bool, int] | None:
    closing = _CLOSING.get(start[0])
    if closing is None:
        return _found(text, start.start(), len(text))
    limit = start.end() + _MAX
    end = text.find(closing, start.end(), limit)
    while end > 0 and text[end - 1] == "\\" and closing[0] == "$":
        end = text.find(closing, end + 1, limit)
    if end < 0:
        return None
    latex = text[start.end() : end]
    if not latex.strip() or "\n\n" in latex:
        return None
    return latex, closing in ("$$", r"\]"), end + len(closing)


_TAG = re.compile(r"<[^<>]*>")
_LITERAL = re.compile(r"</?\s*(?:pre|code|script|style|textarea|kbd)\b", flags=re.IGNORECASE)


def replace_formulas_in_html(source: str, draw: Draw) -> str:
    """Replace the formulas in the text of HTML, except in code.

    Args:
        source: The HTML.
        draw: Draws a formula; what it returns is text.
    """
    if len(source) > _MAX_TEXT:
        return source
    done, position, literal = [], 0, 0
    for tag in _TAG.finditer(source):
        done += [_text(source[position : tag.start()], literal, draw), tag[0]]
        position = tag.end()
        if _LITERAL.match(tag[0]):
            literal = max(0, literal + (-1 if tag[0].startswith("</") else 1))
    return "".join([*done, _text(source[position:], literal, draw)])


def _text(text: str, literal: int, draw: Draw) -> str:
    if literal or not ("$" in text or "\\" in text):
        return text
    return replace_formulas(text, lambda latex, display: draw(html.unescape(latex), display))
