"""What a notebook did not find in the sandbox, and would have found with stock nbgrader.

The instructor's solution is run before a class is graded. Where it fails for want of a file, a
module or a variable of this machine, every student would fail, too; the course has to say that
notebooks may see it.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib.machinery import all_suffixes
from pathlib import Path

_MODULE = re.compile(r"No module named ['\"]([\w.]+)")
_R_PACKAGE = re.compile(r"there is no package called .([\w.]+)")
_QUOTED = re.compile(r"['\"‘“]([^'\"‘’“”\n]{1,300})['\"’”]")
_MISSING = re.compile(
    r"(no such|not|can.?t|could ?n.t|unable to) (file|found|find|open|read|exist)"
    r"|(can|could) ?not (find|open|read|be found|be opened)|doesn.t exist",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"(?:environ(?:\.get)?\s*[\[(]|getenv\s*\()\s*['\"](\w+)['\"]")
_NETWORK = re.compile(
    r"name resolution|name or service not known|network is unreachable|nodename nor servname"
    r"|could(n.t| not) resolve host|urlopen error|failed to establish a new conn",
    re.IGNORECASE,
)
_OWN_VARIABLES = ("HOME", "TMPDIR", "PWD", "LANG", "SHLVL", "_")


@dataclass(frozen=True)
class FailedCell:
    """A cell of the instructor's that raised an exception.

    Attributes:
        name: nbgrader's id, or the cell's number.
        error: The exception's name and message.
        said: The traceback, and what the cell printed as errors.
    """

    name: str
    error: str
    said: str


@dataclass(frozen=True)
class Machine:
    """Where stock nbgrader would have run the notebook.

    Attributes:
        course: The course folder.
        folder: The working folder, which need not exist.
        passed: Names of the environment variables that notebooks have in the sandbox.
        sources: The notebook's code.
    """

    course: Path
    folder: Path
    passed: Collection[str]
    sources: str


def remedy(failed: FailedCell, machine: Machine) -> str | None:
    """What would let a cell find what it misses; None if nothing is known to.

    Args:
        failed: The cell.
        machine: Where it would have run with nbgrader.
    """
    text = f"{failed.error}\n{failed.said}"
    ways: tuple[Callable[[str, Machine], str | None], ...] = (_module, _file, _variable, _network)
    return next((found for way in ways if (found := way(text, machine))), None)


def _module(text: str, machine: Machine) -> str | None:
    if found := _R_PACKAGE.search(text):
        return f"install the package {found[1]} for all users: a user's own library is not seen"
    found = _MODULE.search(text)
    if found is None:
        return None
    name = found[1].split(".")[0]
    for folder in _search_folders(machine):
        for place in (folder / f"{name}.py", folder / name):
            if _exists(place):
                return _share(place, machine)
    if _is_importable(found[1]):
        return f"let notebooks import it: c.Sandbox.preload = ['{name}']"
    return None


def _search_folders(machine: Machine) -> Iterator[Path]:
    """The course folder, and those that the notebook itself names."""
    yield machine.course
    for named in _QUOTED.findall(machine.sources):
        folder = _outside(named, machine)
        if folder is not None and _exists(folder) and folder.is_dir():
            yield folder


def _is_importable(name: str) -> bool:
    """Whether this environment has a module. Nothing is imported, not even what it lies in."""
    package, *inside = name.split(".")
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return False
    if spec is None or not inside:
        return spec is not None
    folders = [Path(place, *inside) for place in spec.submodule_search_locations or ()]
    return any(
        place.is_dir() or any(place.with_name(place.name + end).is_file() for end in all_suffixes())
        for place in folders
    )


def _file(text: str, machine: Machine) -> str | None:
    if not _MISSING.search(text):
        # The lines around the one that failed may name files, too.
        return None
    for named in _QUOTED.findall(text):
        place = _outside(named, machine)
        if place is not None and _exists(place):
            return _share(place, machine)
    return None


def _exists(place: Path) -> bool:
    try:
        return place.exists()
    # What was quoted may be no path at all.
    except (OSError, ValueError):
        return False


def _outside(named: str, machine: Machine) -> Path | None:
    """Where a path leads with nbgrader, if it leads out of the notebook's own folder."""
    try:
        place = Path(os.path.normpath(machine.folder / Path(named).expanduser()))
    except (ValueError, RuntimeError):
        return None
    own = place.is_relative_to(machine.folder)
    return None if own or place == Path(place.anchor) else place


def _share(place: Path, machine: Machine) -> str:
    inside = place.is_relative_to(machine.course)
    name = str(place.relative_to(machine.course) if inside else place)
    return f"let notebooks see it: c.Sandbox.share = [{name!r}]"


def _variable(text: str, machine: Machine) -> str | None:
    del text
    passed = {*machine.passed, *_OWN_VARIABLES}
    for name in _VARIABLE.findall(machine.sources):
        if name in os.environ and name not in passed:
            return f"let notebooks have the variable: c.Sandbox.environment_from = [{name!r}]"
    return None


def _network(text: str, machine: Machine) -> str | None:
    del machine
    if not _NETWORK.search(text):
        return None
    return "put what it downloads beside the notebook in source/: notebooks have no network"
