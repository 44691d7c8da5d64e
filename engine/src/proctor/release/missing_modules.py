"""Modules that an instructor's notebooks import and that are not installed here.

Old courses import nose, which does not work with a Python of today. A test that can't import what
it needs fails for everybody.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from proctor.programs import interpreter
from proctor.release.scaffold import place
from proctor.text import listed

_MAGIC = re.compile(r"^([ \t]*)[%!?].*$", flags=re.MULTILINE)
_LISTED = 5
"""How many cells are named for a module."""
_SECONDS = 30
"""Wall seconds for an import that is tried."""

_NOSE = "nose"
_REMEDIES = {
    _NOSE: "pip install pynose, which has the same names for a Python of today, or write plain "
    "assert statements"
}
_INSTALL = "install it into the environment that proctor runs in"


def missing_modules(folder: Path, course: Path) -> list[str]:
    """Sentences on modules that can't be imported, with the cells that do.

    Args:
        folder: An assignment's source folder.
        course: The course folder.
    """
    cells: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.ipynb")):
        for index, cell in enumerate(_python_cells(path)):
            for name in _imported(cell):
                cells.setdefault(name, []).append(place(path.stem, index, cell))
    return [
        _sentence(name, found, problem)
        for name, found in sorted(cells.items())
        if (problem := _problem(name, (folder, course)))
    ]


def _python_cells(path: Path) -> list[NotebookNode]:
    """The cells of a notebook, unless it is in another language."""
    try:
        nb = nbformat.read(path, as_version=4)
    # nbformat raises many kinds of errors; what is no notebook is refused elsewhere.
    except Exception:
        return []
    language = nb.metadata.get("kernelspec", {}).get("language") or "python"
    return list(nb.cells) if str(language).lower() == "python" else []


def _imported(cell: NotebookNode) -> Collection[str]:
    """Top-level names of the modules that a cell imports, whatever happens in it."""
    if cell.cell_type != "code":
        return ()
    try:
        tree = ast.parse(_MAGIC.sub(r"\1pass", cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return set(_names(tree.body))


def _names(statements: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (one.name.partition(".")[0] for one in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            yield statement.module.partition(".")[0]
        # What is tried, or depends on something, may fail.
        elif isinstance(statement, ast.With | ast.FunctionDef | ast.ClassDef):
            yield from _names(statement.body)


def _problem(name: str, folders: Iterable[Path]) -> str:
    """Why a module can't be imported; empty if it can."""
    if name in sys.stdlib_module_names or name in sys.builtin_module_names:
        return ""
    if any((folder / name).is_dir() or (folder / f"{name}.py").is_file() for folder in folders):
        return ""
    try:
        found = name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        found = False
    if not found:
        return "is not installed here"
    return _nose_problem() if name == _NOSE else ""


def _nose_problem() -> str:
    """Nose itself is there with any Python, but can be imported with an old one only."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [interpreter(), "-c", "import nose.tools"],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return ""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"can't be imported with Python {version}" if done.returncode else ""


def _sentence(name: str, cells: list[str], problem: str) -> str:
    return (
        f"the module {name} {problem}; it is imported in {listed(cells, _LISTED, between='; ')}. "
        "What these cells test or define is missing for everybody. What to do: "
        f"{_REMEDIES.get(name, _INSTALL)}."
    )
