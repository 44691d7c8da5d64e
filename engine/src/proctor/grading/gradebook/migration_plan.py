"""What a new release changes in the gradebook, whom it affects, and which marks by hand stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from proctor.grading.gradebook.release_cells import (
    COMMENTED,
    MARKED,
    Release,
    ReleasedCell,
    cells_of_release,
)


@dataclass(frozen=True)
class ByHand:
    """A mark or a comment that a human gave.

    Attributes:
        student: The student's id.
        notebook: Name of the notebook.
        cell: nbgrader's id of the cell.
        score: The mark; None for a comment, and for extra credit alone.
        is_comment: Whether it is a comment.
    """

    student: str
    notebook: str
    cell: str
    score: float | None
    is_comment: bool


@dataclass(frozen=True)
class CellChange:
    """What becomes of one cell.

    Attributes:
        notebook: Name of its notebook.
        cell: nbgrader's id.
        what: The change, in words.
        structural: Whether nbgrader refuses it once there are submissions.
        kept: Marks and comments by hand that stay.
        lost: Those that would be deleted.
        above: Marks by hand that stay, and are more than the cell's new points.
    """

    notebook: str
    cell: str
    what: str
    structural: bool = False
    kept: Sequence[ByHand] = ()
    lost: Sequence[ByHand] = ()
    above: Sequence[ByHand] = ()


@dataclass(frozen=True)
class MigrationPlan:
    """All that a new release changes.

    Attributes:
        changes: One per cell that changes, by notebook.
        added: Notebooks that are new.
        removed: Notebooks that are not there any more.
        affected: Students who have submitted a notebook that changes, in order of their ids.
        submissions: How many submissions the assignment has.
    """

    changes: Sequence[CellChange] = ()
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    affected: Sequence[str] = ()
    submissions: int = 0

    @property
    def refused(self) -> list[str]:
        """Notebooks whose change nbgrader refuses; they have submissions."""
        if not self.submissions:
            return []
        return sorted({one.notebook for one in self.changes if one.structural})

    @property
    def lost(self) -> list[ByHand]:
        """Marks and comments by hand that would be deleted."""
        return [one for change in self.changes for one in change.lost]

    @property
    def kept(self) -> list[ByHand]:
        """Marks and comments by hand on changed cells that stay."""
        return [one for change in self.changes for one in change.kept]


@dataclass
class _Marks:
    by_cell: dict[tuple[str, str], list[ByHand]] = field(default_factory=dict)
    students: dict[str, set[str]] = field(default_factory=dict)
    submitted: set[str] = field(default_factory=set)


def plan_migration(session: Session, assignment: str, new: Release) -> MigrationPlan:
    """Compare a new release with the one in the gradebook.

    Args:
        session: A session of the gradebook's.
        assignment: Name of the assignment.
        new: The new release.
    """
    old = cells_of_release(session, assignment)
    marks = _marks(session, assignment)
    changes = [one for name in sorted({*old, *new}) for one in _changes(name, old, new, marks)]
    added, removed = sorted({*new} - {*old}), sorted({*old} - {*new})
    affected = {s for one in changes for s in marks.students.get(one.notebook, ())}
    if added or removed:
        affected |= marks.submitted
    return MigrationPlan(changes, added, removed, sorted(affected), len(marks.submitted))


def _marks(session: Session, assignment: str) -> _Marks:
    """All that humans gave, and who submitted which notebook."""
    found = _Marks()
    of_assignment = (
        select(SubmittedAssignment.student_id, Notebook.name)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )
    found.submitted.update(
        session.scalars(
            select(SubmittedAssignment.student_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == assignment)
        )
    )
    for student, notebook in session.execute(of_assignment):
        found.students.setdefault(notebook, set()).add(student)
    marked = or_(Grade.manual_score.is_not(None), Grade.extra_credit.is_not(None))
    grades = (
        of_assignment.add_columns(BaseCell.name, Grade.manual_score)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .where(marked)
    )
    comments = (
        of_assignment.add_columns(BaseCell.name)
        .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Comment.cell_id)
        .where(Comment.manual_comment.is_not(None), Comment.manual_comment != "")
    )
    given = [
        ByHand(student, notebook, cell, score, False)
        for student, notebook, cell, score in session.execute(grades)
    ]
    given += [
        ByHand(student, notebook, cell, None, True)
        for student, notebook, cell in session.execute(comments)
    ]
    for one in sorted(given, key=lambda one: (one.student, one.is_comment)):
        found.by_cell.setdefault((one.notebook, one.cell), []).append(one)
    return found


def _changes(name: str, old: Release, new: Release, marks: _Marks) -> Iterator[CellChange]:
    before = old[name].cells if name in old else {}
    after = new[name].cells if name in new else {}
    for cell in sorted({*before, *after}):
        was, is_ = before.get(cell), after.get(cell)
        if was == is_:
            continue
        given = marks.by_cell.get((name, cell), [])
        kept = [one for one in given if _has_place(one, is_)]
        points = None if is_ is None else is_.points
        yield CellChange(
            notebook=name,
            cell=cell,
            what=_what(was, is_),
            structural=was is None or is_ is None or was.parts != is_.parts,
            kept=kept,
            lost=[one for one in given if one not in kept],
            above=[o for o in kept if o.score is not None and o.score > (points or 0.0)],
        )


def _has_place(one: ByHand, cell: ReleasedCell | None) -> bool:
    return cell is not None and cell.part_of(COMMENTED if one.is_comment else MARKED) is not None


def _what(was: ReleasedCell | None, is_: ReleasedCell | None) -> str:
    if is_ is None:
        return f"removed: {_described(was)}"
    if was is None:
        return f"added: {_described(is_)}"
    said = []
    if was.parts != is_.parts:
        said.append(f"{was.kind} becomes {is_.kind}")
    if was.points != is_.points:
        said.append(f"points {_number(was.points)} -> {_number(is_.points)}")
    if was.cell_type != is_.cell_type:
        said.append(f"{was.cell_type} becomes {is_.cell_type}")
    if was.locked != is_.locked:
        said.append("is locked now" if is_.locked else "is not locked any more")
    if was.source != is_.source:
        said.append("another text")
    # nbgrader's checksum is of the points, too.
    return "; ".join(said) or "another checksum"


def _described(cell: ReleasedCell | None) -> str:
    if cell is None:
        return ""
    points = "" if cell.points is None else f", {_number(cell.points)} points"
    return f"{cell.kind}{points}"


def _number(points: float | None) -> str:
    return "none" if points is None else f"{points:g}"
