"""Which tests of a notebook can be judged outside together, as their trial with the solution shows.

A test that is judged outside leaves what it defines on its own side, and one in the kernel there.
Where a later test, or a cell of the notebook, needs that on the other side, it fails for everybody.
So tests are moved to the kernel until the solution fares as it does with all of them in the kernel.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from proctor.grading.absent import FailedCell
from proctor.results import ExerciseResult
from proctor.submission.cell_names import names_of
from proctor.submission.test_plan import TestMode

_NEEDS = "it needs what a test that is judged in the kernel leaves"
_LEAVES_FOR_TEST = "a later test, which is judged in the kernel, needs what it leaves"
_LEAVES_FOR_CELL = "a later cell of the notebook needs what it leaves in the kernel"

Modes = dict[str, TestMode]


@dataclass(frozen=True)
class TrialRun:
    """A run of a notebook in a trial.

    Attributes:
        results: Results, by nbgrader's id of the test.
        cells: The cells that were run in their order, by nbgrader's id or by number.
        uses: What each test did with objects of the notebook's, by nbgrader's id.
        faults: How checks failed by themselves.
        failed: Cells that raised an exception.
    """

    results: Mapping[str, ExerciseResult]
    cells: Mapping[str, NotebookNode]
    uses: Mapping[str, tuple[str, ...]]
    faults: tuple[str, ...] = ()
    failed: tuple[FailedCell, ...] = ()

    def passes(self, grade_id: str) -> bool:
        """Whether the notebook passes a test."""
        return self.results[grade_id].status == "passed"


def stable_modes(
    modes: Mapping[str, TestMode],
    run: Callable[[Mapping[str, TestMode]], TrialRun],
    inside: TrialRun,
    outside: TrialRun,
) -> Modes:
    """Judge more tests in the kernel until the solution fares as with all of them there.

    Args:
        modes: Where each test is to be judged.
        run: Runs the solution so.
        inside: The solution with all tests in the kernel.
        outside: The solution with all tests outside.
    """
    found = dict(modes)
    ran = outside if all(mode.outside for mode in found.values()) else None
    while any(mode.outside for mode in found.values()):
        ran = ran or run(found)
        worse = _worse(ran, inside, found)
        if not worse:
            break
        further, reason = _further(worse, found, inside)
        found |= {i: TestMode(outside=False, reason=reason) for i in further}
        ran = None
    return found


def _worse(ran: TrialRun, inside: TrialRun, modes: Modes) -> list[str]:
    """Tests that give less than in the kernel, and cells that fail only here, in their order."""
    failed = {cell.name for cell in ran.failed} - {cell.name for cell in inside.failed}
    return [
        name
        for name in inside.cells
        if (
            _is_worse(name, ran, inside)
            if name in modes
            else name in failed and name not in inside.results
        )
    ]


def _is_worse(test: str, ran: TrialRun, inside: TrialRun) -> bool:
    less = ran.results[test].score < inside.results[test].score
    return less or (inside.passes(test) and not ran.passes(test))


def _further(worse: list[str], modes: Modes, inside: TrialRun) -> tuple[list[str], str]:
    """Which tests to judge in the kernel next, and why: those behind the first that is worse."""
    first = worse[0]
    together = _connected(first, inside.cells)
    if first in modes and modes[first].outside:
        return [i for i in worse if i in modes and modes[i].outside and i in together], _NEEDS
    places = {name: place for place, name in enumerate(inside.cells)}
    outside = [i for i in places if i in modes and modes[i].outside]
    earlier = [i for i in outside if places[i] < places[first]]
    leaving = [i for i in earlier if _leaves_for(inside.cells[i], inside.cells[first])]
    near = [i for i in earlier if i in together]
    reason = _LEAVES_FOR_TEST if first in modes else _LEAVES_FOR_CELL
    # Whatever it is that is missing: in the kernel it is there.
    return leaving or near or earlier or outside, reason


def _leaves_for(earlier: NotebookNode, later: NotebookNode) -> bool:
    """Whether a test defines or imports a name that another cell reads."""
    left, read = names_of(earlier.source), names_of(later.source)
    if left is None or read is None:
        return False
    return not (left.stored | left.imported).isdisjoint(read.read)


def _connected(name: str, cells: Mapping[str, NotebookNode]) -> set[str]:
    """Cells that have to do with one, by the variables that they share, also by way of others."""
    shared = _variables(cells)
    found, names, before = {name}, set(shared.get(name, ())), -1
    while len(found) != before:
        before = len(found)
        found |= {cell for cell, own in shared.items() if not own.isdisjoint(names)}
        names |= {one for cell in found for one in shared.get(cell, ())}
    return found


def _variables(cells: Mapping[str, NotebookNode]) -> dict[str, frozenset[str]]:
    """The variables of each cell: names that some cell assigns, and none imports."""
    known = {name: names_of(cell.source) for name, cell in cells.items()}
    there = {name: names for name, names in known.items() if names is not None}
    stored = _union(names.stored for names in there.values())
    imported = _union(names.imported for names in there.values())
    variables = stored - imported - set(vars(builtins))
    return {name: (names.stored | names.read) & variables for name, names in there.items()}


def _union(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*parts)
