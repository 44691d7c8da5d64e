"""What an assignment's grades depend on, part by part, so that a change can be named.

A bundle holds the course's modules as a whole; of those that hold hidden tests, only what the
assignment's own checks use counts here. So a change in another assignment's checks is no change.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import PurePosixPath
from typing import Any

from proctor.bundle.build import Bundle
from proctor.bundle.load import CONTENTS, GIVEN, PACKAGES
from proctor.bundle.reach import reachable
from proctor.cells import read_check_cell
from proctor.checks.check import Check
from proctor.submission.reference_cells import ReferenceCell

Parts = Mapping[str, str]
"""Digests by name: what kind of part it is, and which."""

KINDS: Mapping[str, str] = {
    "test": "hidden tests changed",
    "module": "modules of the course changed",
    "file": "files of the assignment changed",
    "shared": "files that notebooks share changed",
    "notebook": "the notebook changed",
    "setting": "settings changed",
    "engine": "another version of proctor",
}
"""What is said of a change, by kind of part."""

_APART = ("assignment", "engine", "examine", "sandbox", "output", "packages", "notebooks")
"""Of a bundle's contents, what has parts of its own."""
_OPTIONS = {
    "leave_out": "c.CourseDirectory.ignore",
    "kept": "c.Autograde.exclude_overwriting",
    "preprocessors": "preprocessors in c.Autograde",
}
"""Names under which a course sets what else is in a bundle's contents."""


def parts_of(bundle: Bundle, source: str, checks: Mapping[str, Any]) -> Parts:
    """The parts of a bundle, by names such as ``test checks/ps1.py``.

    Args:
        bundle: The bundle.
        source: The assignment's folder, relative to the course.
        checks: The course's module with checks, as its variables by name; empty without one.
    """
    contents = bundle.contents
    found: dict[str, str] = {"engine proctor": contents.engine}
    for options in ("Examine", "Sandbox"):
        for name, value in getattr(contents, options.lower()).items():
            found[f"setting c.{options}.{name}"] = _digest(value)
    found |= {f"setting c.LimitOutput.{n}": _digest(v) for n, v in contents.output.items()}
    # Also what a later version adds to a bundle: a change that is not seen is a stale grade.
    for one in fields(contents):
        if one.name not in _APART:
            name = _OPTIONS.get(one.name, one.name)
            found[f"setting {name}"] = _digest(getattr(contents, one.name))
    for name, plan in contents.notebooks.items():
        where = f"notebook {source}/{name}.ipynb"
        # Where a test is judged follows from all the rest, and is told of the notebook.
        whole = asdict(plan) | {"cells": [cell.grade_id for cell in plan.cells]}
        found[where] = _digest(whole)
        for cell in plan.cells:
            found[f"{where}, cell {cell.grade_id}"] = _digest(_described(cell))
    with zipfile.ZipFile(io.BytesIO(bundle.blob)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for path, blob in files.items():
        top, _, inside = path.partition("/")
        if top not in (CONTENTS, PACKAGES):
            name = f"file {source}/{inside}" if top == GIVEN else f"shared {inside}"
            found[name] = hashlib.sha256(blob).hexdigest()
    return {**found, **_modules(bundle, dict(_below(files, PACKAGES)), checks)}


def _described(cell: ReferenceCell) -> dict[str, Any]:
    # Jupyter's id of a cell may be drawn anew at each release; it does not change a grade.
    return {**asdict(cell), "cell_id": ""}


def _below(files: Mapping[str, bytes], folder: str) -> Iterator[tuple[str, bytes]]:
    for name, blob in files.items():
        if name.startswith(f"{folder}/"):
            yield name.removeprefix(f"{folder}/"), blob


def _modules(bundle: Bundle, files: Mapping[str, bytes], checks: Mapping[str, Any]) -> Parts:
    """The parts among the course's modules: of hidden tests, what this assignment's checks use."""
    own = {one.path.partition(".")[0] for one in bundle.contents.preprocessors}
    hidden = {
        path
        for path in files
        if _is_hidden(path, bundle) and PurePosixPath(path).with_suffix("").parts[0] not in own
    }
    lines: Mapping[str, str] | None = None
    # A course's preprocessors may use what they like of its modules.
    if not bundle.contents.preprocessors and not _named_by_cells(bundle, hidden):
        python = {path: blob for path, blob in files.items() if path.endswith(".py")}
        wanted = _check_ids(bundle)
        names = [n for n, c in checks.items() if isinstance(c, Check) and c.id in wanted]
        lines = reachable(python, bundle.contents.examine["checks"], names)
    found = {}
    for path, blob in files.items():
        kind = "test" if path in hidden else "module"
        if path not in hidden or lines is None or not path.endswith(".py"):
            found[f"{kind} {path}"] = hashlib.sha256(blob).hexdigest()
        elif path in lines:
            found[f"{kind} {path}"] = hashlib.sha256(lines[path].encode()).hexdigest()
    return found


def _is_hidden(path: str, bundle: Bundle) -> bool:
    """Whether a file is of a module that notebooks can't import."""
    parts = PurePosixPath(path).with_suffix("").parts
    modules = (tuple(module.split(".")) for module in bundle.contents.hidden)
    return any(parts[: len(module)] == module for module in modules)


def _named_by_cells(bundle: Bundle, hidden: set[str]) -> bool:
    """Whether a cell names a module with hidden tests, which its test may then use as it likes."""
    tops = {PurePosixPath(path).with_suffix("").parts[0] for path in hidden}
    if not tops:
        return False
    names = "|".join(map(re.escape, tops))
    named = re.compile(
        rf"^\s*(?:from\s+(?:{names})\b|import\s[^\n#]*(?<![.\w])(?:{names})\b)", re.MULTILINE
    )
    plans = bundle.contents.notebooks.values()
    return any(named.search(cell.source) for plan in plans for cell in plan.cells)


def _check_ids(bundle: Bundle) -> set[str]:
    cells = (c for plan in bundle.contents.notebooks.values() for c in plan.cells)
    graded = (read_check_cell(0, cell.as_notebook_cell()) for cell in cells)
    return {one.check for one in graded if one is not None and one.check is not None}


def _digest(value: Any) -> str:
    said = json.dumps(value, sort_keys=True, default=vars)
    return hashlib.sha256(said.encode()).hexdigest()
