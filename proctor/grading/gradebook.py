"""Write what a submission earned into nbgrader's gradebook, in one transaction.

nbgrader's own API commits after every step, opens the database anew for each, and reads the whole
class to add one submission. Its tables are used here directly, so that a submission is either in
the gradebook or not, whenever the grader is ended, and the thousandth costs what the first does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.plugins import BasePlugin
from sqlalchemy import Connection, bindparam, insert, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from proctor.errors import CourseError
from proctor.grading import sqlite
from proctor.running.results import Receipt

Scores = Mapping[tuple[str, str], float | None]
"""Points by notebook and cell."""


_INSERT = {
    table: insert(table.__table__)
    for table in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)
}
_SUBMISSION = select(
    select(SubmittedAssignment.id)
    .where(
        SubmittedAssignment.assignment_id == bindparam("assignment"),
        SubmittedAssignment.student_id == bindparam("student"),
    )
    .scalar_subquery(),
    select(Student.id).where(Student.id == bindparam("student")).scalar_subquery(),
)
"""A student's submission, and whether there is such a student at all: None where there is not."""


@dataclass(frozen=True)
class _Cells:
    """Ids of a notebook's cells in the gradebook, by name."""

    notebook: str
    grades: Mapping[str, str]
    comments: Mapping[str, str]
    tasks: frozenset[str]


class ClassGradebook:
    """An open gradebook, and one assignment in it."""

    def __init__(
        self, db_url: str, course_id: str, assignment: str, late: BasePlugin | None = None
    ) -> None:
        """Open it.

        Args:
            db_url: nbgrader's address of the database.
            course_id: Of the course.
            assignment: Name of a released assignment.
            late: nbgrader's plug-in for late submissions; None: nothing is taken off.

        Raises:
            CourseError: It can't be opened, or is one of an older nbgrader; or the assignment
                was not released.
        """
        self._late = late
        with _clear_errors(db_url):
            self._gradebook = _opened(db_url, course_id)
            if self._gradebook.engine.dialect.name == "sqlite":
                sqlite.prepare(self._gradebook.engine)
            try:
                self._read_assignment(assignment, db_url)
                # One for the whole run: while a pool takes a connection back, Ctrl-C gets lost.
                self._connection = self._gradebook.engine.connect()
            except BaseException:
                self._gradebook.close()
                raise

    def _read_assignment(self, assignment: str, db_url: str) -> None:
        try:
            record = self._gradebook.find_assignment(assignment)
        except MissingEntry:
            raise CourseError(
                "An assignment is released before it is graded.",
                found=f"no assignment {assignment!r} in the gradebook",
                where=_in_words(db_url),
                remedy=f"run: proctor release {assignment}",
            ) from None
        self._assignment, self._due = record.id, record.duedate
        self._cells = {nb.name: _cells_of(nb) for nb in record.notebooks}
        # Nothing of the class stays in memory, and no transaction open.
        self._gradebook.db.remove()

    def __enter__(self) -> ClassGradebook:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        if self._gradebook.engine.dialect.name == "sqlite":
            sqlite.release(self._gradebook.engine)
        self._gradebook.close()

    def recorded(self) -> dict[str, Scores]:
        """The automatic scores that the gradebook has for the assignment, by student."""
        names = {cells.notebook: name for name, cells in self._cells.items()}
        cell_names = {
            id_: name for cells in self._cells.values() for name, id_ in cells.grades.items()
        }
        query = (
            select(
                SubmittedAssignment.student_id,
                SubmittedNotebook.notebook_id,
                Grade.cell_id,
                Grade.auto_score,
            )
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .where(SubmittedAssignment.assignment_id == self._assignment)
        )
        found: dict[str, dict[tuple[str, str], float | None]] = defaultdict(dict)
        with Session(self._gradebook.engine) as session:
            for student, notebook, cell, score in session.execute(query):
                if notebook in names and cell in cell_names:
                    found[student][names[notebook], cell_names[cell]] = score
        return dict(found)

    def record(
        self, student: str, receipts: Sequence[Receipt], *, timestamp: datetime | None
    ) -> bool:
        """Write down what a submission earned; a second time changes nothing.

        Marks and comments that a human gave stay, and where there are any the submission is
        flagged, so that they are looked at again.

        Args:
            student: The student's id.
            receipts: One per notebook of the assignment.
            timestamp: When it was handed in, in UTC without a zone, as nbgrader keeps it.

        Returns:
            Whether it was flagged for marks of a human.

        Raises:
            CourseError: The database does not take it.
        """
        connection = self._connection
        with _clear_errors(str(connection.engine.url)), connection.begin():
            about = {"assignment": self._assignment, "student": student}
            submission, known = connection.execute(_SUBMISSION, about).one()
            if submission is None:
                self._record_first(connection, student, known is None, receipts, timestamp)
                return False
            with Session(connection) as session:
                flagged = self._record_again(session, submission, receipts, timestamp)
                session.flush()
                return flagged

    def _record_first(
        self,
        connection: Connection,
        student: str,
        new: bool,
        receipts: Sequence[Receipt],
        timestamp: datetime | None,
    ) -> None:
        """A submission that the gradebook does not know: nothing to read, only rows to add.

        By tables rather than objects, of which each would cost more than its row.
        """
        if new:
            connection.execute(_INSERT[Student], {"id": student})
        submission = {
            "id": new_uuid(),
            "assignment_id": self._assignment,
            "student_id": student,
            "timestamp": timestamp,
        }
        connection.execute(_INSERT[SubmittedAssignment], submission)
        late = _seconds_late(timestamp, self._due)
        for receipt in receipts:
            cells = self._cells[receipt.notebook.removesuffix(".ipynb")]
            scores = receipt_scores(receipt)
            notebook = {
                "id": new_uuid(),
                "assignment_id": submission["id"],
                "notebook_id": cells.notebook,
                "late_submission_penalty": self._penalty(
                    student, sum(score or 0.0 for score in scores.values()), late
                ),
            }
            connection.execute(_INSERT[SubmittedNotebook], notebook)
            for table, rows in _new_rows(cells, receipt, notebook["id"]):
                if rows:
                    connection.execute(_INSERT[table], rows)

    def _record_again(
        self,
        session: Session,
        id_: str,
        receipts: Sequence[Receipt],
        timestamp: datetime | None,
    ) -> bool:
        submission = session.get_one(SubmittedAssignment, id_)
        if timestamp is not None:
            submission.timestamp = timestamp
        by_hand = False
        for receipt in receipts:
            cells = self._cells[receipt.notebook.removesuffix(".ipynb")]
            notebook = self._notebook(session, submission, cells)
            by_hand |= _write(session, notebook, cells, receipt)
            session.flush()
            session.refresh(notebook)
            late = _seconds_late(submission.timestamp, self._due, submission.extension)
            notebook.late_submission_penalty = self._penalty(
                submission.student_id, float(notebook.score or 0.0), late
            )
        return by_hand

    def _penalty(self, student: str, score: float, late: float) -> float | None:
        """What the course's plug-in takes off for late work, within what was earned."""
        if self._late is None or late <= 0:
            return None
        penalty = self._late.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(0.0, float(penalty)), score)

    def _notebook(
        self, session: Session, submission: SubmittedAssignment, cells: _Cells
    ) -> SubmittedNotebook:
        found = session.scalars(
            select(SubmittedNotebook).where(
                SubmittedNotebook.assignment_id == submission.id,
                SubmittedNotebook.notebook_id == cells.notebook,
            )
        ).one_or_none()
        if found is None:
            found = SubmittedNotebook(assignment_id=submission.id, notebook_id=cells.notebook)
            session.add(found)
            session.flush()
        return found


def _seconds_late(
    timestamp: datetime | None, due: datetime | None, extension: timedelta | None = None
) -> float:
    if timestamp is None or due is None:
        return 0.0
    return max(0.0, float((timestamp - due - (extension or timedelta())).total_seconds()))


def _cells_of(notebook: Any) -> _Cells:
    graded = [*notebook.grade_cells, *notebook.task_cells]
    commented = [*notebook.solution_cells, *notebook.task_cells]
    return _Cells(
        notebook=notebook.id,
        grades={cell.name: cell.id for cell in graded},
        comments={cell.name: cell.id for cell in commented},
        tasks=frozenset(cell.name for cell in notebook.task_cells),
    )


def _auto_scores(cells: _Cells, receipt: Receipt) -> dict[str, float | None]:
    """The automatic score of each of a notebook's cells: none for what a human grades."""
    scores = receipt_scores(receipt)
    return {name: scores.get(name, None if name in cells.tasks else 0.0) for name in cells.grades}


def _new_rows(
    cells: _Cells, receipt: Receipt, notebook: str
) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The grades and comments of a notebook that has none."""
    attention = receipt.status != "graded"
    grades = [
        {
            "cell_id": cells.grades[name],
            "notebook_id": notebook,
            "auto_score": score,
            "needs_manual_grade": attention or score is None,
        }
        for name, score in _auto_scores(cells, receipt).items()
    ]
    comments = [
        {
            "cell_id": id_,
            "notebook_id": notebook,
            "auto_comment": receipt.human.comments.get(name),
        }
        for name, id_ in cells.comments.items()
    ]
    return [(Grade, grades), (Comment, comments)]


def _write(session: Session, notebook: SubmittedNotebook, cells: _Cells, receipt: Receipt) -> bool:
    """Scores and comments of one notebook; returns whether a human has marked it before."""
    attention = receipt.status != "graded"
    old = {g.cell_id: g for g in session.scalars(_of(Grade, notebook))}
    by_hand = False
    for name, score in _auto_scores(cells, receipt).items():
        id_ = cells.grades[name]
        grade = old.get(id_)
        if grade is None:
            grade = Grade(cell_id=id_, notebook_id=notebook.id)
            session.add(grade)
        marked = grade.manual_score is not None or bool(grade.extra_credit)
        by_hand |= marked
        grade.auto_score = score
        grade.needs_manual_grade = marked or attention or score is None
    notes = {c.cell_id: c for c in session.scalars(_of(Comment, notebook))}
    for name, id_ in cells.comments.items():
        comment = notes.get(id_)
        if comment is None:
            comment = Comment(cell_id=id_, notebook_id=notebook.id)
            session.add(comment)
        comment.auto_comment = receipt.human.comments.get(name)
        by_hand |= bool(comment.manual_comment)
    if by_hand:
        for grade in old.values():
            grade.needs_manual_grade = True
    session.flush()
    return by_hand


def _of(table: Any, notebook: SubmittedNotebook) -> Any:
    return select(table).where(table.notebook_id == notebook.id)


def receipt_scores(receipt: Receipt) -> dict[str, float | None]:
    """What the gradebook has to hold of a receipt: automatic scores by nbgrader's cell id."""
    scores: dict[str, float | None] = {one.test: one.score for one in receipt.exercises}
    return scores | dict(receipt.human.scores)


def _opened(db_url: str, course_id: str) -> Gradebook:
    try:
        return Gradebook(db_url, course_id)
    except ModuleNotFoundError as error:
        raise CourseError(
            "A database is reached through a Python package of its own.",
            found=f"no package {error.name}",
            where=_in_words(db_url),
            remedy=f"install {error.name}, or name one that is there, as in "
            "postgresql+psycopg2://user@host/database",
        ) from error


def _in_words(db_url: str) -> str:
    """The database's address without its password."""
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "c.CourseDirectory.db_url"


@contextmanager
def _clear_errors(db_url: str) -> Iterator[None]:
    """Say what is wrong with a database, and what to do about it."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        remedy = "see that the database is there and that you may write to it"
        if "no such column" in said or "does not exist" in said or "UndefinedColumn" in said:
            remedy = "it may be of an older nbgrader; run: nbgrader db upgrade"
        raise CourseError(
            "Grades are written into nbgrader's gradebook.",
            found=said[:300],
            where=_in_words(db_url),
            remedy=remedy,
        ) from error
