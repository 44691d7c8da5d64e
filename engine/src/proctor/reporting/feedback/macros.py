r"""LaTeX's ``\newcommand`` and the like, expanded within limits.

MathJax keeps what a formula defines for all later formulas of a page, so a notebook's first cell
often holds the definitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MAX_DEFINITIONS, _MAX_STEPS, _MAX_LENGTH = 300, 500, 20_000
"""Maximum definitions of a notebook; replacements in a formula; characters of a formula."""

_COMMAND = re.compile(r"\\([A-Za-z]+|.)", flags=re.DOTALL)
_NEW = ("newcommand", "renewcommand", "providecommand", "def", "DeclareMathOperator")
_NAME = re.compile(r"\s*+\*?\s*+(?:\{\s*+\\([A-Za-z]++|.)\s*+\}|\\([A-Za-z]++|.))", re.DOTALL)
_COUNT = re.compile(r"\s*+\[\s*+(\d)\s*+\]")
_OPTIONAL = re.compile(r"\s*+\[([^\[\]]*+)\]")
_PARAMETERS = re.compile(r"((?:\s*+#\d)*+)\s*+(?=\{)")
_PARAMETER = re.compile(r"#([1-9])")


class MacroError(ValueError):
    """A definition or use that can't be read, or that goes on without end."""


@dataclass(frozen=True)
class _Macro:
    body: str
    count: int = 0
    default: str | None = None


class Macros:
    """The definitions of a notebook's formulas so far."""

    def __init__(self) -> None:
        self._known: dict[str, _Macro] = {}

    def expand(self, latex: str) -> str:
        """Return a formula with its macros replaced; its own definitions are kept for later ones.

        Raises:
            MacroError: It is malformed, or its expansion exceeds a limit.
        """
        done: list[str] = []
        rest, steps = latex, 0
        while found := _COMMAND.search(rest):
            name, after = found[1], found.end()
            if name not in self._known and name not in _NEW:
                done.append(rest[:after])
                rest = rest[after:]
                continue
            steps += 1
            before = rest[: found.start()]
            if name in _NEW:
                put, after = "", self._define(name, rest, after)
            else:
                put, after = self._use(self._known[name], rest, after)
            done.append(before)
            # A letter after it must not become a part of the command's name.
            rest = f"{put} {rest[after:]}" if put[-1:].isalpha() else put + rest[after:]
            if steps > _MAX_STEPS or len(rest) > _MAX_LENGTH:
                raise MacroError("its macros go on without end")
        return "".join([*done, rest])

    def _define(self, how: str, text: str, position: int) -> int:
        named = _NAME.match(text, position)
        if named is None:
            raise MacroError("a definition without a name")
        name, position = named[1] or named[2], named.end()
        count, default = 0, None
        if how == "def":
            parameters = _PARAMETERS.match(text, position)
            if parameters is None:
                raise MacroError("a definition without a body")
            count, position = parameters[1].count("#"), parameters.end()
        elif counted := _COUNT.match(text, position):
            count, position = int(counted[1]), counted.end()
            if optional := _OPTIONAL.match(text, position):
                default, position = optional[1], optional.end()
        body, position = _argument(text, position)
        if how == "DeclareMathOperator":
            body = rf"\operatorname{{{body}}}"
        if name not in self._known and len(self._known) >= _MAX_DEFINITIONS:
            raise MacroError("too many definitions")
        if name not in _NEW and (how != "providecommand" or name not in self._known):
            self._known[name] = _Macro(body, count, default)
        return position

    @staticmethod
    def _use(macro: _Macro, text: str, position: int) -> tuple[str, int]:
        given = []
        if macro.default is not None:
            optional = _OPTIONAL.match(text, position)
            given.append(macro.default if optional is None else optional[1])
            position = position if optional is None else optional.end()
        while len(given) < macro.count:
            argument, position = _argument(text, position)
            given.append(argument)

        def put(found: re.Match[str]) -> str:
            number = int(found[1])
            return given[number - 1] if number <= len(given) else ""

        return _PARAMETER.sub(put, macro.body), position


def _argument(text: str, position: int) -> tuple[str, int]:
    """Read an argument: what is in braces, or one command or character."""
    while text[position : position + 1].isspace():
        position += 1
    if text[position : position + 1] != "{":
        found = _COMMAND.match(text, position)
        end = found.end() if found else position + 1
        if position >= len(text):
            raise MacroError("an argument is missing")
        return text[position:end], end
    depth = 0
    for brace in re.finditer(r"\\.|[{}]", text[position:], flags=re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0 and brace[0] == "}":
            return text[position + 1 : position + brace.start()], position + brace.end()
    raise MacroError("a brace is not closed")
