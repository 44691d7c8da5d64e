"""Which of an instructor's cells run where, when tests are judged outside of the student's kernel.

Solution cells are the student's. Cells that use what those define when they run are the student's,
too. All other cells but tests run on both sides: imports, helpers, given data. Tests run on their
own side alone. What the student's cells import, the test's side imports itself: a test that
compares by ``math.isclose`` must not get it from the student's process.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import symtable
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader import utils

_BODY_MAGICS = ("time", "timeit", "capture", "prun")
"""Cell magics that run the cell's text as code of the notebook."""


@dataclass(frozen=True)
class SharedCell:
    """A cell that runs on both sides.

    Attributes:
        position: Its place among all of the instructor's cells, from 0.
        source: Its code.
    """

    position: int
    source: str


GENERATOR = "rng"
"""Name of a numpy generator for tests, where the notebook gives it no other meaning."""


@dataclass(frozen=True)
class TestPlan:
    """How a notebook's tests are judged outside.

    Attributes:
        shared: Cells that both sides run, in order.
        tests: Places of the test cells, by nbgrader's id.
        student: Names that are the student's.
        defined: Names that both sides define alike.
        read: Names that the student's code reads.
        refused: Why a test can't be judged outside, by nbgrader's id.
        imports: Import statements of tests, by nbgrader's id, whose names other cells read that get
            them from nowhere else.
        draws: Tests that read `GENERATOR`, which only the tests' process has.
    """

    __test__ = False

    shared: tuple[SharedCell, ...] = ()
    tests: Mapping[str, int] = field(default_factory=dict)
    student: tuple[str, ...] = ()
    defined: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    draws: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> TestPlan:
        """Read what ``dataclasses.asdict`` and JSON made of it."""
        shared = tuple(SharedCell(**cell) for cell in raw["shared"])
        lists = {name: tuple(raw[name]) for name in ("student", "defined", "read", "draws")}
        return cls(**{**raw, "shared": shared, **lists})


@dataclass(frozen=True)
class TestMode:
    """Where a test is judged, as the trial at release found.

    Attributes:
        outside: Whether it is judged outside of the student's kernel.
        reason: Why it is not; empty if it is.
        uses: What it does with objects of the student's; see `proctor.remote.test_side.Profile`.
        partial: Whether its last expression is a score, as nbgrader takes it for partial credit.
    """

    __test__ = False

    outside: bool
    reason: str = ""
    uses: tuple[str, ...] = ()
    partial: bool = False

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> TestMode:
        """Read what ``dataclasses.asdict`` and JSON made of it."""
        return cls(**{**raw, "uses": tuple(raw["uses"])})


@dataclass(frozen=True)
class Names:
    """The global names of a piece of code.

    Attributes:
        stored: Names that it defines, assigns or deletes, other than by an import.
        used: Names that it reads while it runs.
        later: Names that functions in it read when they are called.
        imported: Names that its imports bind.
        imports: Its import statements, as code.
        changed: Names of objects that it changes in place.
    """

    stored: frozenset[str]
    used: frozenset[str]
    later: frozenset[str]
    imported: frozenset[str] = frozenset()
    imports: str = ""
    changed: frozenset[str] = frozenset()

    @property
    def read(self) -> frozenset[str]:
        """All names that it reads."""
        return self.used | self.later


@lru_cache(maxsize=512)
def names_of(source: str) -> Names | None:
    """Find the global names of a cell; None if it is no Python."""
    try:
        code = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return None
    parts = [code, *_magic_bodies(tree)]
    stored: set[str] = set()
    used: set[str] = set()
    later: set[str] = set()
    for part in parts:
        try:
            table = symtable.symtable(part, "cell", "exec")
        except (SyntaxError, ValueError, RecursionError):
            continue
        _collect(table, stored, used, later, deferred=False)
    imported, imports = _imports(parts)
    return Names(
        frozenset(stored - imported),
        frozenset(used),
        frozenset(later),
        imported,
        imports,
        frozenset(_changed(tree)),
    )


_CHANGING = ("shuffle", "heappush", "heappop", "heapify", "insort")
"""Functions that change their first arguments in place."""


def _changed(tree: ast.Module) -> Iterator[str]:
    """Names of objects that top-level code changes: by item or attribute, or by a method.

    A method whose result is thrown away is called for its effect.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from _base(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            name = getattr(function, "attr", getattr(function, "id", ""))
            if name in _CHANGING:
                for argument in node.value.args[:1]:
                    yield from _base(argument)
            elif isinstance(function, ast.Attribute):
                yield from _base(function)


def _base(node: ast.AST) -> Iterator[str]:
    """The name at which a chain of attributes, items and calls begins."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


def _of_library(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether all that a statement imports is installed, and not a file of the assignment's."""
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    )
    tops = {name.split(".")[0] for name in names}
    return all(top and importlib.util.find_spec(top) is not None for top in tops)


def _imports(parts: Iterable[str]) -> tuple[frozenset[str], str]:
    """The names that code imports and binds in no other way, and the import statements."""
    names: set[str] = set()
    otherwise: set[str] = set()
    statements: list[str] = []
    for part in parts:
        try:
            body = ast.parse(part).body
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom) and _of_library(node):
                statements.append(ast.unparse(node))
                names |= {(one.asname or one.name).split(".")[0] for one in node.names}
            else:
                otherwise |= {
                    one.id
                    for one in ast.walk(node)
                    if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
                }
                named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
                otherwise |= {node.name} if isinstance(node, named) else set()
    return frozenset(names - otherwise - {"*"}), "\n".join(statements)


def _magic_bodies(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "run_cell_magic"
            and all(isinstance(one, ast.Constant) for one in node.args)
        ):
            name, _, body = (getattr(one, "value", "") for one in node.args)
            if name in _BODY_MAGICS:
                yield str(body)


def _collect(
    table: symtable.SymbolTable,
    stored: set[str],
    used: set[str],
    later: set[str],
    *,
    deferred: bool,
) -> None:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if not (top or symbol.is_global()):
            continue
        if symbol.is_assigned() or symbol.is_imported():
            stored.add(symbol.get_name())
        if symbol.is_referenced():
            (later if deferred else used).add(symbol.get_name())
    for child in table.get_children():
        # Comprehensions run at once; the bodies of functions when they are called.
        at_once = child.get_type() != "function" or child.get_name() in (
            "listcomp", "setcomp", "dictcomp", "genexpr",
        )  # fmt: skip
        _collect(child, stored, used, later, deferred=deferred or not at_once)


_SIDE_EFFECTS = re.compile(r"^\s*[%!]|\bseed\b|\bsys\.path\b|\bset_option\b", re.MULTILINE)


_CLASSES = re.compile(r"^class\b|\bnamedtuple\(|\bEnum\(|\bmake_dataclass\(", re.MULTILINE)


def _needed(
    shared: Iterable[tuple[SharedCell, Names]], wanted: frozenset[str]
) -> tuple[SharedCell, ...]:
    """The cells without which tests would lack a name, or find it with another content.

    Demonstrations are left out: cells that define nothing and change nothing that a test uses.

    Args:
        shared: Cells that can run on both sides, with their names, in order.
        wanted: Names that tests read.
    """
    kept = []
    modules: set[str] = set()
    for _, names in shared:
        modules |= names.imported
    for cell, names in reversed(list(shared)):
        defines = (names.stored | names.imported) & wanted
        # A cell that mentions data may change them in place.
        changes = (names.used - modules) & wanted
        # Objects of its classes may come back, though a test names none of them.
        special = "*" in names.imports or _SIDE_EFFECTS.search(cell.source)
        if defines or changes or special or _CLASSES.search(cell.source):
            kept.append(cell)
            wanted |= names.read
    return tuple(reversed(kept))


def _split(source: str, student: set[str], given: set[str]) -> tuple[str, set[str]]:
    """Split a locked cell into what is the instructor's alone, and what runs student code.

    A helper function that the cell defines before it calls something of the student's must not run
    in the student's process, where its variables could be seen.

    Args:
        source: The cell.
        student: Names that are the student's.
        given: Names of data that both sides define.

    Returns:
        The statements that run on both sides, and the names that the others make the student's.
    """
    code = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    own: list[str] = []
    theirs: set[str] = set()
    data = set(given)
    for statement in ast.parse(code).body:
        text = ast.unparse(statement)
        names = names_of(text)
        if names is None:
            continue
        if names.used & (student | theirs):
            theirs |= names.stored | (names.changed & data)
        else:
            own.append(text)
            data |= names.stored
    return "\n".join(own), theirs


_OF_THE_PROCESS = frozenset(
    {
        *("setrecursionlimit", "settrace", "setprofile", "getrefcount", "_getframe"),
        *("process_time", "process_time_ns", "thread_time", "thread_time_ns", "__import__"),
        *("simplefilter", "filterwarnings", "catch_warnings", "warns", "errstate", "seterr"),
        *("tracemalloc", "sys.modules", "os.environ", "os.chdir", "setrlimit", "getrusage"),
    }
)
"""Names of what belongs to a process: a test would set or look at its own, not the student's."""


def _of_the_process(source: str) -> str:
    """What a test does with its process; empty if it does nothing of that kind."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            if node.attr in _OF_THE_PROCESS or text in _OF_THE_PROCESS:
                return text
        elif isinstance(node, ast.Name) and node.id in _OF_THE_PROCESS:
            return node.id
    return ""


def _patched_class(source: str, given: Collection[str]) -> str:
    """The attribute of a class that a test replaces; empty if it replaces none.

    Those of modules are replaced for the student's code, too; see `proctor.remote.patches`.

    Args:
        source: The test.
        given: Names of classes that both sides define.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    imported = _imports([source])[0]
    for node in ast.walk(tree):
        targets: list[ast.AST] = []
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            targets = [node.value]
        elif isinstance(node, ast.Call) and _called_name(node) in _PATCHING and node.args:
            first = node.args[0]
            named = first.value if isinstance(first, ast.Constant) else None
            if isinstance(named, str) and re.search(r"\b[A-Z]\w*\.", named):
                return named
            targets = [first]
        for target in targets:
            parts = ast.unparse(target).split(".")
            of_library = parts[0] in imported and any(part[:1].isupper() for part in parts)
            if of_library or parts[0] in given:
                return ast.unparse(node)
    return ""


def _classes(cells: Iterable[SharedCell]) -> set[str]:
    """Names of the classes that cells define."""
    found = set()
    for cell in cells:
        with suppress(SyntaxError, ValueError, RecursionError):
            found |= {
                n.name for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.ClassDef)
            }
    return found


_PATCHING = ("patch", "object", "setattr", "delattr")


def _called_name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def plan_tests(cells: Iterable[NotebookNode], *, leave_out: str = "") -> TestPlan:
    """Plan where the cells of an instructor's notebook run.

    Args:
        cells: Its cells, hidden tests and solutions included.
        leave_out: Tag of cells that are not run when grading; empty: all are.
    """
    shared: list[tuple[SharedCell, Names]] = []
    tests: dict[str, int] = {}
    refused: dict[str, str] = {}
    student: set[str] = set()
    defined: set[str] = set()
    read: set[str] = set()
    by_tests: dict[str, str] = {}
    drawing: list[str] = []
    of_tests: dict[str, Names] = {}
    elsewhere: set[str] = set()
    star = False
    wanted: set[str] = set()
    modules: set[str] = set()
    for position, cell in enumerate(cells):
        if cell.cell_type != "code" or (leave_out and leave_out in cell.metadata.get("tags", ())):
            continue
        star = star or "import *" in cell.source
        names = names_of(cell.source)
        if utils.is_grade(cell) and not utils.is_solution(cell):
            grade_id = cell.metadata.nbgrader["grade_id"]
            tests[grade_id] = position
            if names is None:
                refused[grade_id] = "it is no Python"
            else:
                wanted |= names.read
                if GENERATOR in names.read:
                    drawing.append(grade_id)
                if replaced := _patched_class(cell.source, _classes(cell for cell, _ in shared)):
                    refused[grade_id] = f"it replaces what belongs to a class: {replaced}"
                elif concerned := _of_the_process(cell.source):
                    refused[grade_id] = f"it concerns the whole process: {concerned}"
                by_tests |= dict.fromkeys(names.stored, grade_id)
                of_tests[grade_id] = names
            continue
        if names is None:
            continue
        elsewhere |= names.read
        if not utils.is_solution(cell) and names.used & student:
            own, theirs = _split(cell.source, student, defined - modules)
            read |= names.read
            student |= theirs
            found = names_of(own)
            if found is not None and own:
                shared.append((SharedCell(position, own), found))
                defined |= found.stored | found.imported
                modules |= found.imported
        elif utils.is_solution(cell):
            student |= names.stored | (names.changed & (defined - modules))
            if names.imports:
                imports = Names(
                    frozenset(), frozenset(), frozenset(), names.imported, names.imports
                )
                shared.append((SharedCell(position, names.imports), imports))
                defined |= names.imported
                modules |= names.imported
            read |= names.read
            for name in sorted((names.read & by_tests.keys()) - student - defined):
                refused[by_tests[name]] = f"a later cell uses {name}, which this test defines"
        else:
            shared.append((SharedCell(position, cell.source), names))
            defined |= names.stored | names.imported
            modules |= names.imported
    unbound = elsewhere - student - defined
    meant = GENERATOR in student | defined | by_tests.keys() or star
    return TestPlan(
        shared=_needed(shared, frozenset(wanted)),
        tests=tests,
        student=tuple(sorted(student)),
        defined=tuple(sorted(defined - student)),
        read=tuple(sorted(read - student)),
        refused=refused,
        imports={i: names.imports for i, names in of_tests.items() if names.imported & unbound},
        draws=() if meant else tuple(drawing),
    )


def plan_of(source: Path, *, leave_out: str = "") -> TestPlan | None:
    """Plan the tests of an instructor's notebook; None if the file is missing or not in Python."""
    if not source.is_file():
        return None
    nb = nbformat.read(source, as_version=4)
    spec = nb.metadata.get("kernelspec", {})
    language = spec.get("language") or nb.metadata.get("language_info", {}).get("name", "python")
    return plan_tests(nb.cells, leave_out=leave_out) if str(language).lower() == "python" else None
