"""What a new release changes in the gradebook, for a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from proctor.grading.gradebook.migration_plan import ByHand, CellChange, MigrationPlan
from proctor.text import listed, one_line

_LISTED = 20
"""How many students are named; the rest are counted."""


def migration_lines(plan: MigrationPlan) -> Iterator[str]:
    """Format the changes by notebook, and below them who is affected.

    Args:
        plan: The changes.
    """
    if not plan.changes and not plan.added and not plan.removed:
        yield "the gradebook has these cells already"
        return
    by_notebook: dict[str, list[CellChange]] = defaultdict(list)
    for change in plan.changes:
        by_notebook[change.notebook].append(change)
    for notebook in sorted({*by_notebook, *plan.added, *plan.removed}):
        new, gone = notebook in plan.added, notebook in plan.removed
        state = ": new" if new else ": removed" if gone else ""
        yield f"{one_line(notebook, 60)}.ipynb{state}"
        for change in by_notebook[notebook]:
            yield f"  {one_line(change.cell, 60)}  {change.what}"
            yield from _marks(change)
    count = len(plan.affected)
    who = f": {named(plan.affected)}" if count else ""
    yield f"affected: {count} of {plan.submissions} submissions{who}"


def _marks(change: CellChange) -> Iterator[str]:
    for given, said in (
        (change.kept, "kept"),
        (change.above, "more than the new points, and kept; look at them"),
        (change.lost, "lost"),
    ):
        for comments, what in ((False, "marks by hand"), (True, "comments")):
            students = [one.student for one in given if one.is_comment == comments]
            if students:
                yield f"    {what} {said}: {named(students)}"


def named(students: Iterable[str]) -> str:
    """Students' ids, of many only the first."""
    return listed([one_line(one, 80) for one in dict.fromkeys(students)], _LISTED)


def lost_line(lost: Sequence[ByHand]) -> str:
    """Say how many marks and comments would be lost, and in which cells."""
    marks = sum(not one.is_comment for one in lost)
    cells = dict.fromkeys(f"{one.cell} of {one.notebook}.ipynb" for one in lost)
    count = f"{marks} marks and {len(lost) - marks} comments by hand"
    return f"{count} would be lost, in {one_line(', '.join(cells), 300)}"
