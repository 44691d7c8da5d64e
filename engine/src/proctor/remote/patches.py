"""Attributes of modules that a test replaces, such as ``builtins.input`` or ``random.randint``.

They are replaced in the student's process as well, for as long as one of its functions runs. While
a message is made or read they are put back: the machinery uses the same modules.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

from proctor.remote.own_objects import is_within

_NOT_THE_STUDENTS = frozenset(
    {"sys", "warnings", "logging", "unittest", "traceback", "linecache", "inspect", "__main__"}
)
"""Modules that tests change to look at what happens on their own side."""

_MISSING = object()


class Patches:
    """Attributes of modules with the values that a test gives them."""

    def __init__(self, told: Iterable[tuple[str, str, Any]] = ()) -> None:
        """Create it, without replacing anything.

        Args:
            told: Module, attribute and value of each; modules that are not there are left out.
        """
        self._found = []
        for module, name, value in told:
            try:
                found = importlib.import_module(module)
            except ImportError:
                continue
            self._found.append((found, name, vars(found).get(name, _MISSING), value))

    def on(self) -> None:
        """Replace the attributes."""
        for module, name, _, value in self._found:
            vars(module)[name] = value

    def off(self) -> None:
        """Put back what was there."""
        for module, name, before, _ in self._found:
            if before is _MISSING:
                vars(module).pop(name, None)
            else:
                vars(module)[name] = before


_PATCHING = ("patch", "object", "dict", "multiple", "setattr", "delattr")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def import_mentioned(source: str) -> None:
    """Import the modules that a test imports, or names to patch, before they are watched.

    Of one that it imports while it runs nobody would know what it was before the test changed it.

    Args:
        source: The test.
    """
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        elif isinstance(node, ast.Call):
            names = _patched(node)
        else:
            continue
        for name in names:
            _import_first(name)


def _patched(call: ast.Call) -> list[str]:
    """The module of what a call of one of mock's functions names."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    first = call.args[0] if call.args else None
    if name not in _PATCHING or not isinstance(first, ast.Constant):
        return []
    found = _DOTTED.fullmatch(str(first.value))
    return [found[0].rpartition(".")[0]] if found else []


def _import_first(name: str) -> None:
    """Import a module, or the package that has what is named."""
    while name:
        try:
            importlib.import_module(name)
        # A module may raise anything when it is imported; the test then sees that.
        except Exception:
            name = name.rpartition(".")[0]
        else:
            return


class _Watched(ModuleType):
    """A module that tells when one of its attributes is replaced."""

    def __setattr__(self, name: str, value: Any) -> None:
        watch = Watch.running
        if watch is not None:
            watch.notice(self, name)
        ModuleType.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        watch = Watch.running
        if watch is not None:
            watch.notice(self, name)
        ModuleType.__delattr__(self, name)


# It is called what it stands for, where somebody asks for a module's type.
_Watched.__module__, _Watched.__qualname__, _Watched.__name__ = "builtins", "module", "module"


_watched: set[str] = set()


def watch_modules() -> None:
    """Let all modules that are imported tell their watch when they are changed."""
    for name in sys.modules.keys() - _watched:
        module = sys.modules[name]
        _watched.add(name)
        top = name.partition(".")[0]
        if type(module) is ModuleType and top not in (*_NOT_THE_STUDENTS, "proctor"):
            module.__class__ = _Watched


class Watch:
    """Notices which attributes of modules a test replaces."""

    running: Watch | None = None

    def __init__(self, hidden: Sequence[str] = ()) -> None:
        """Notice nothing yet.

        Args:
            hidden: Modules that the student's process lacks, each with all below it.
        """
        self._hidden = hidden
        self._before: dict[tuple[str, str], tuple[ModuleType, Any]] = {}
        self._aside: list[tuple[str, str, Any]] = []

    def start(self) -> None:
        """Watch all modules that are there now, from a state in which nothing is replaced."""
        self._before.clear()
        self._aside = []
        watch_modules()
        Watch.running = self

    def stop(self) -> None:
        """Watch no longer."""
        Watch.running = None

    def notice(self, module: ModuleType, name: str) -> None:
        """Remember what an attribute is before it is replaced."""
        key = (module.__name__, name)
        # What is new in a module nobody replaces: packages get their modules so, when imported.
        new = key not in self._before and name in vars(module)
        if new and not name.startswith("__") and not is_within(module.__name__, self._hidden):
            self._before[key] = module, vars(module)[name]

    def replaced(self) -> list[tuple[str, str, Any]]:
        """Module, name and value of each attribute that is not what it was."""
        return [
            (module, name, vars(found).get(name))
            for (module, name), (found, before) in self._before.items()
            if vars(found).get(name, _MISSING) is not before
        ]

    def suspend(self) -> list[tuple[str, str, Any]]:
        """Put everything back for a while; return what was replaced."""
        self._aside = self.replaced()
        for module, name, _ in self._aside:
            owner, before = self._before[module, name]
            vars(owner)[name] = before
        return self._aside

    def resume(self) -> None:
        """Replace again what was put back by `suspend`."""
        for module, name, value in self._aside:
            vars(self._before[module, name][0])[name] = value
        self._aside = []
