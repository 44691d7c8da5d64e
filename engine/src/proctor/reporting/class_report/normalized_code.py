"""Extract the code that students wrote, and normalize its names and layout."""

from __future__ import annotations

import ast
import io
import keyword
import token
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from nbformat import NotebookNode
from nbgrader import utils

from proctor.cells import exercise_marker

_LAYOUT = {
    token.NEWLINE, token.NL, token.INDENT, token.DEDENT, token.COMMENT, token.ENCODING,
    token.ENDMARKER,
}  # fmt: skip
_LONGEST = 20_000
"""Maximum characters of a cell; code beyond them is not compared."""

_MAX_TOKENS = 2000
"""Maximum tokens of a cell; comparison time grows with the product of both token counts."""


@dataclass(frozen=True)
class Code:
    """A student's part of a solution cell.

    Attributes:
        text: The lines that are not in the released cell.
        tokens: The code without layout and comments. Names that the code defines are numbered in
            order of use, so that renaming them makes no difference; others, such as ``np``, are
            kept.
    """

    text: str
    tokens: tuple[str, ...]


def read_code(text: str) -> Code:
    """Normalize code that a student wrote; it need not be valid Python."""
    own = _own_names(text)
    places: dict[str, str] = {}
    found = []
    for kind, word in islice(_tokens(text), _MAX_TOKENS):
        if kind == token.NAME and word in own:
            found.append(places.setdefault(word, f"name{len(places)}"))
        else:
            found.append("text" if kind == token.STRING else word)
    return Code(text, tuple(found))


def written_code(nb: NotebookNode, given: Mapping[str, str]) -> dict[str, Code]:
    """Return the code that a student wrote in the solution cells, by exercise marker.

    Args:
        nb: A graded notebook.
        given: The released text of the cells, by nbgrader's id.
    """
    found = {}
    for cell in nb.cells:
        marker = exercise_marker(cell.source) if cell.cell_type == "code" else None
        if marker and utils.is_solution(cell):
            known = given.get(cell.metadata.nbgrader["grade_id"], "")
            text = _remove_lines(cell.source[:_LONGEST], known.splitlines())
            if text:
                found[marker] = read_code(text)
    return found


def _remove_lines(text: str, given: Iterable[str]) -> str:
    """Remove the given lines from a text, including comments."""
    known = {line.strip() for line in given}
    return "\n".join(line for line in text.splitlines() if line.strip() not in known)


def _own_names(text: str) -> set[str]:
    """Return the names that the code defines."""
    try:
        tree = ast.parse(_flush(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # After lines were removed, the rest need not be a valid program.
        return _assigned(text)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _is_stored(n)}
    return names | {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _flush(text: str) -> str:
    lines = text.splitlines()
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[depth:] for line in lines)


def _assigned(text: str) -> set[str]:
    """Return names before an equals sign, and those between ``for`` and ``in``."""
    found: set[str] = set()
    before: list[str] = []
    for kind, word in _tokens(text):
        if word in ("=", "in") and before:
            found |= {w for w in before if w.isidentifier() and not keyword.iskeyword(w)}
            before = []
        elif kind == token.NAME or word == ",":
            before = [] if word == "for" else [*before, word]
        else:
            before = []
    return found


def _tokens(text: str) -> Iterable[tuple[int, str]]:
    """Yield kind and text of the tokens, as far as the text is Python."""
    try:
        for one in tokenize.generate_tokens(io.StringIO(_flush(text) + "\n").readline):
            if one.type not in _LAYOUT:
                yield one.type, one.string
    except (tokenize.TokenError, SyntaxError):
        return
