"""Which lines of a course's modules the checks of one assignment depend on.

A module is read as statements, each of which defines some names and uses others. From the checks
on, what is used is followed from statement to statement, and from module to module. Where that
can't be seen in the text (``importlib``, ``import *``, ``exec``), all counts.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

_DYNAMIC = frozenset(
    ("importlib", "pkgutil", "runpy", "__import__", "exec", "eval", "compile", "globals", "vars")
)
_DYNAMIC_ATTRIBUTES = frozenset(("modules", "import_module", "__subclasses__"))
"""Names by which code may use modules or definitions that its text does not name."""

_INIT = "__init__.py"


class _UnclearError(Exception):
    """What is used can't be seen in the text."""


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of a module.

    Attributes:
        text: Its lines, and those between it and the one before.
        node: Its syntax.
        defines: Names that it binds.
        uses: Names in it.
        runs: Whether it does something else than to define names.
        decorators: Names of its decorators.
        unclear: Whether it may use what its text does not name.
    """

    text: str
    node: ast.stmt
    defines: frozenset[str]
    uses: frozenset[str]
    runs: bool
    decorators: frozenset[str]
    unclear: bool


def reachable(
    files: Mapping[str, bytes], module: str, names: Collection[str]
) -> dict[str, str] | None:
    """The lines of Python files that some of a module's names depend on.

    Args:
        files: The course's Python files by path, such as ``checks/ps1.py``.
        module: Dotted name of the module.
        names: Its names that are wanted.

    Returns:
        By path, the lines; None if it can't be seen, so that all lines have to count.
    """
    found = _Reach(files)
    try:
        for name in names:
            found.name(module, name)
        found.module_runs(module)
    except (_UnclearError, SyntaxError, ValueError, RecursionError):
        return None
    return found.lines()


class _Reach:
    """Collects statements that are reached."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._modules = {_dotted(path): path for path in files if path.endswith(".py")}
        self._tops = {name.partition(".")[0] for name in self._modules}
        self._parsed: dict[str, list[_Statement]] = {}
        self._reached: defaultdict[str, set[int]] = defaultdict(set)
        self._named: set[tuple[str, str]] = set()
        self._run: set[str] = set()

    def lines(self) -> dict[str, str]:
        """By path, the lines that were reached."""
        return {
            path: "".join(self._parsed[path][i].text for i in sorted(found))
            for path, found in self._reached.items()
        }

    def name(self, module: str, name: str) -> None:
        """Follow a name of a module; names of other modules than the course's are nobody's."""
        if (module, name) in self._named:
            return
        self._named.add((module, name))
        if f"{module}.{name}" in self._modules:
            self.whole(f"{module}.{name}")
        path = self._modules.get(module)
        if path is None:
            return
        self.module_runs(module)
        for index, statement in enumerate(self._statements(path)):
            if name in statement.defines:
                self._reach(module, path, index, name)

    def module_runs(self, module: str) -> None:
        """Follow what is done when a module is imported, apart from definitions."""
        parent = module.rpartition(".")[0]
        if parent:
            self.module_runs(parent)
        path = self._modules.get(module)
        if path is None or module in self._run:
            return
        self._run.add(module)
        statements = self._statements(path)
        own = self._own_names(module, path, statements)
        for index, statement in enumerate(statements):
            # A decorator of the course's may keep a list of what it decorates.
            if statement.runs or statement.decorators & own:
                self._reach(module, path, index, None)

    def whole(self, module: str) -> None:
        """Follow all of a module, and of a package all that its own file names."""
        self.module_runs(module)
        path = self._modules.get(module)
        if path is None:
            return
        for index, _ in enumerate(self._statements(path)):
            self._reach(module, path, index, None)

    def _own_names(self, module: str, path: str, statements: Iterable[_Statement]) -> set[str]:
        """Names in a module that are no library's."""
        is_package = PurePosixPath(path).name == _INIT
        own: set[str] = set()
        for statement in statements:
            node = statement.node
            if isinstance(node, ast.Import):
                found = {alias.name.partition(".")[0] for alias in node.names}
                own |= statement.defines if found & {*self._tops} else set()
            elif isinstance(node, ast.ImportFrom):
                top = _origin(module, node, is_package=is_package).partition(".")[0]
                own |= statement.defines if top in self._tops else set()
            else:
                own |= statement.defines
        return own

    def _statements(self, path: str) -> list[_Statement]:
        if path not in self._parsed:
            self._parsed[path] = list(_statements(self._files[path].decode()))
        return self._parsed[path]

    def _reach(self, module: str, path: str, index: int, name: str | None) -> None:
        """Follow a statement.

        Args:
            module: Its module.
            path: The module's file.
            index: Its place.
            name: The one of its names that is wanted; None if all are.
        """
        statement = self._statements(path)[index]
        is_import = isinstance(statement.node, ast.ImportFrom)
        if index in self._reached[path] and not is_import:
            return
        self._reached[path].add(index)
        if statement.unclear:
            raise _UnclearError
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.whole(alias.name)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(module, path, node, name if node is statement.node else None)
        for used in statement.uses:
            self.name(module, used)

    def _import_from(
        self, module: str, path: str, node: ast.ImportFrom, wanted: str | None
    ) -> None:
        origin = _origin(module, node, is_package=PurePosixPath(path).name == _INIT)
        for alias in node.names:
            if alias.name == "*":
                if origin in self._modules:
                    raise _UnclearError
            elif wanted in (None, alias.asname or alias.name):
                self.name(origin, alias.name)


def _dotted(path: str) -> str:
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _origin(module: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    kept = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _statements(text: str) -> Iterator[_Statement]:
    lines = text.splitlines(keepends=True)
    body = ast.parse(text).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        # A docstring; what follows it is the next statement's.
        start, body = body[0].end_lineno or 0, body[1:]
    else:
        start = 0
    for place, node in enumerate(body):
        end = len(lines) if place == len(body) - 1 else node.end_lineno or start
        defines, inner = frozenset(_defined(node)), [*ast.walk(node)]
        uses = frozenset(one.id for one in inner if isinstance(one, ast.Name))
        attributes = {one.attr for one in inner if isinstance(one, ast.Attribute)}
        decorators = getattr(node, "decorator_list", [])
        yield _Statement(
            text="".join(lines[min(start, node.lineno - 1) : end]),
            node=node,
            defines=defines,
            uses=uses,
            runs=not _only_defines(node),
            decorators=frozenset(
                one.id for d in decorators for one in ast.walk(d) if isinstance(one, ast.Name)
            ),
            unclear=bool(uses & _DYNAMIC or attributes & _DYNAMIC_ATTRIBUTES),
        )
        start = max(start, end)


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _only_defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        targets = [one for target in node.targets for one in ast.walk(target)]
        return not any(isinstance(one, ast.Subscript | ast.Attribute) for one in targets)
    if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
        return False
    return isinstance(node, (*_SCOPES, ast.AnnAssign, ast.Import, ast.ImportFrom))


def _defined(node: ast.AST) -> Iterator[str]:
    """Names that a statement binds in its module."""
    if isinstance(node, _SCOPES):
        yield node.name
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                yield from inner.names
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((a.asname or a.name.partition(".")[0]) for a in node.names)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _defined(child)
