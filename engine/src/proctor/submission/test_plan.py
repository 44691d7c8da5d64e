"""Which of an instructor's cells run where, when tests are judged outside of the student's kernel.

Solution cells are the student's. Cells that use what those define when they run are the student's,
too. All other cells but tests run on both sides: imports, helpers, given data. Tests run on their
own side alone. What the student's cells import, the test's side imports itself: a test that
compares by ``math.isclose`` must not get it from the student's process.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader import utils

from proctor.submission.cell_names import Names, names_of
from proctor.submission.reference_cells import ReferenceCell
from proctor.submission.restore import restore
from proctor.submission.test_obstacles import defined_classes, obstacle


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
        read: Names that the student's functions read or assign when they are called.
        of_tests: Names that tests define, and nobody else.
        assigned: Places of the cells that assign a name which is the student's, by the name.
        refused: Why a test can't be judged outside, by nbgrader's id.
        imports: Import statements of tests, by nbgrader's id, whose names other cells read that get
            them from nowhere else.
        draws: Tests that read `GENERATOR`, which only the tests' process has.
    """

    __test__ = False

    _LISTS: ClassVar = ("student", "defined", "read", "of_tests", "draws")

    shared: tuple[SharedCell, ...] = ()
    tests: Mapping[str, int] = field(default_factory=dict)
    student: tuple[str, ...] = ()
    defined: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    of_tests: tuple[str, ...] = ()
    assigned: Mapping[str, Sequence[int]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    draws: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> TestPlan:
        """Read what ``dataclasses.asdict`` and JSON made of it."""
        shared = tuple(SharedCell(**cell) for cell in raw["shared"])
        lists = {name: tuple(raw[name]) for name in cls._LISTS}
        return cls(**{**raw, "shared": shared, **lists})

    def assigned_after(self, place: int) -> list[str]:
        """Names that the student's cells assign after a place."""
        return sorted(name for name, places in self.assigned.items() if max(places) > place)

    def assigned_between(self, start: int, end: int) -> list[str]:
        """Names that the student's cells assign between two places, which do not count."""
        return sorted(
            name
            for name, places in self.assigned.items()
            if any(start < place < end for place in places)
        )


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


class _Planner:
    """Goes through the cells of an instructor's notebook in their order."""

    def __init__(self) -> None:
        self._shared: list[tuple[SharedCell, Names]] = []
        self._student: set[str] = set()
        self._defined: set[str] = set()
        self._modules: set[str] = set()
        self._classes: set[str] = set()
        self._read: set[str] = set()
        self._elsewhere: set[str] = set()
        self._star = False
        self._tests: dict[str, int] = {}
        self._of_tests: dict[str, Names] = {}
        self._assigned: dict[str, list[int]] = {}
        self._refused: dict[str, str] = {}
        self._by_tests: dict[str, str] = {}

    def add(self, position: int, cell: NotebookNode) -> None:
        """Take the next code cell."""
        self._star = self._star or "import *" in cell.source
        names = names_of(cell.source)
        solution = utils.is_solution(cell)
        if utils.is_grade(cell) and not solution:
            self._add_test(position, cell.metadata.nbgrader["grade_id"], cell.source, names)
        elif names is not None:
            self._elsewhere |= names.read
            if solution:
                self._add_solution(position, names)
            elif names.used & self._student:
                self._add_users(position, cell.source, names)
            else:
                self._share(position, cell.source, names)

    def plan(self) -> TestPlan:
        """The plan for all cells that were added."""
        unbound = self._elsewhere - self._student - self._defined
        named = self._student | self._defined | self._by_tests.keys()
        meant = GENERATOR in named or self._star
        wanted = frozenset().union(*(names.read for names in self._of_tests.values()))
        drawing = [i for i, names in self._of_tests.items() if GENERATOR in names.read]
        return TestPlan(
            shared=_needed(self._shared, wanted),
            tests=self._tests,
            student=tuple(sorted(self._student)),
            defined=tuple(sorted(self._defined - self._student)),
            read=tuple(sorted(self._read)),
            of_tests=tuple(sorted(self._by_tests.keys() - self._student - self._defined)),
            assigned=self._assigned,
            refused=self._refused,
            imports={
                i: names.imports for i, names in self._of_tests.items() if names.imported & unbound
            },
            draws=() if meant else tuple(drawing),
        )

    def _add_test(self, position: int, grade_id: str, source: str, names: Names | None) -> None:
        self._tests[grade_id] = position
        if names is None:
            self._refused[grade_id] = "it is no Python"
            return
        if found := obstacle(source, self._classes):
            self._refused[grade_id] = found
        self._by_tests |= dict.fromkeys(names.stored, grade_id)
        self._of_tests[grade_id] = names

    def _add_solution(self, position: int, names: Names) -> None:
        self._assign(position, names.stored | (names.changed & (self._defined - self._modules)))
        if names.imports:
            # What the student's cells import, the test's side imports itself.
            nothing: frozenset[str] = frozenset()
            imports = Names(nothing, nothing, nothing, names.imported, names.imports)
            self._share(position, names.imports, imports)
        self._read |= names.later
        for name in sorted((names.read & self._by_tests.keys()) - self._student - self._defined):
            reason = f"a later cell uses {name}, which this test defines"
            self._refused[self._by_tests[name]] = reason

    def _add_users(self, position: int, source: str, names: Names) -> None:
        """Take a locked cell that runs student code."""
        own, theirs = _split(source, self._student, self._defined - self._modules)
        self._read |= names.later
        self._assign(position, theirs)
        found = names_of(own)
        if found is not None and own:
            self._share(position, own, found)

    def _assign(self, position: int, names: Collection[str]) -> None:
        """Make names the student's."""
        self._student |= set(names)
        for name in sorted(names):
            self._assigned.setdefault(name, []).append(position)

    def _share(self, position: int, source: str, names: Names) -> None:
        """Let both sides run code."""
        self._shared.append((SharedCell(position, source), names))
        self._classes |= defined_classes([source])
        self._defined |= names.stored | names.imported
        self._modules |= names.imported


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


def plan_tests(cells: Iterable[NotebookNode], *, leave_out: Collection[str] = ()) -> TestPlan:
    """Plan where the cells of an instructor's notebook run.

    Args:
        cells: Its cells, hidden tests and solutions included.
        leave_out: Tags of cells that are not run when grading.
    """
    planner = _Planner()
    for position, cell in enumerate(cells):
        left_out = not set(leave_out).isdisjoint(cell.metadata.get("tags", ()))
        if cell.cell_type == "code" and not left_out:
            planner.add(position, cell)
    return planner.plan()


def plan_of(
    source: Path, reference: Sequence[ReferenceCell], *, leave_out: Collection[str] = ()
) -> TestPlan | None:
    """Plan the tests of an instructor's notebook; None if the file is missing or not in Python.

    Args:
        source: The notebook.
        reference: Its cells as they were released: nbgrader writes some tests itself, and adds a
            header and a footer.
        leave_out: See `plan_tests`.
    """
    if not source.is_file():
        return None
    nb = restore(nbformat.read(source, as_version=4), reference, where=str(source)).nb
    spec = nb.metadata.get("kernelspec", {})
    language = spec.get("language") or nb.metadata.get("language_info", {}).get("name", "python")
    return plan_tests(nb.cells, leave_out=leave_out) if str(language).lower() == "python" else None
