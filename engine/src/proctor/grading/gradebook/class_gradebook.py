"""Write a submission's scores to nbgrader's gradebook, in one transaction.

nbgrader's own API commits after every step, reopens the database for each, and reads the whole
class to add one submission. Its tables are used directly here, so that a submission is recorded
completely or not at all whenever the grader is stopped, and the cost does not grow with the class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.plugins import BasePlugin
from sqlalchemy import Connection, bindparam, case, insert, or_, select
from sqlalchemy.orm import Session

from proctor.cell_labels import CellKey
from proctor.errors import CourseError
from proctor.grading.gradebook.database import (
    close_after_writing,
    database_errors,
    open_for_writing,
    without_password,
)
from proctor.grading.gradebook.penalties import penalty_of, seconds_late
from proctor.grading.gradebook.rows import Cells, cells_of, new_rows, receipt_scores, update_rows
from proctor.results import Receipt

Scores = Mapping[CellKey, float | None]
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
"""Ids of a student's submission and of the student; each is None if it is not in the gradebook."""


class ClassGradebook:
    """An open gradebook, and one assignment in it."""

    def __init__(
        self, db_url: str, course_id: str, assignment: str, late: BasePlugin | None = None
    ) -> None:
        """Open it.

        Args:
            db_url: nbgrader's URL of the database.
            course_id: Id of the course.
            assignment: Name of a released assignment.
            late: nbgrader's plug-in for late submissions; None: no penalty.

        Raises:
            CourseError: It can't be opened, or was made by an older nbgrader; or the assignment
                was not released.
        """
        self._late = late
        with database_errors(db_url):
            self._gradebook = open_for_writing(db_url, course_id)
            try:
                self._read_assignment(assignment, db_url)
                # One connection for the whole run: Ctrl-C is lost while a pool takes one back.
                self._connection = self._gradebook.engine.connect()
            except BaseException:
                self._gradebook.close()
                raise

    def _read_assignment(self, assignment: str, db_url: str) -> None:
        try:
            record = self._gradebook.find_assignment(assignment)
        except MissingEntry:
            raise CourseError(
                f"assignment {assignment!r} is not in the gradebook",
                why="an assignment must be released before it is graded",
                where=without_password(db_url),
                remedy=f"run: proctor release {assignment}",
            ) from None
        self._assignment, self._due = record.id, record.duedate
        self._cells = {nb.name: cells_of(nb) for nb in record.notebooks}
        # Frees the class's records, and leaves no transaction open.
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
        close_after_writing(self._gradebook)

    @property
    def by_hand(self) -> dict[CellKey, float]:
        """Maximum points of the cells that are graded by hand."""
        return {
            CellKey(name, cell): points
            for name, cells in self._cells.items()
            for cell, points in cells.by_hand.items()
        }

    def students(self) -> set[str]:
        """Ids of all students in the gradebook."""
        with Session(self._gradebook.engine) as session:
            return set(session.scalars(select(Student.id)))

    def recorded(self) -> dict[str, Scores]:
        """The assignment's automatic scores in the gradebook, by student."""
        return self._scores(Grade.auto_score)

    def marks(self) -> dict[str, Scores]:
        """The assignment's points with marks by hand, by student; None where one is missing."""
        scored = or_(Grade.auto_score.is_not(None), Grade.manual_score.is_not(None))
        return self._scores(case((scored, Grade.score)))

    def _scores(self, score: Any) -> dict[str, Scores]:
        """A value of each grade, by student, notebook and cell."""
        names = {cells.notebook: name for name, cells in self._cells.items()}
        cell_names = {
            id_: name for cells in self._cells.values() for name, id_ in cells.grades.items()
        }
        query = (
            select(
                SubmittedAssignment.student_id,
                SubmittedNotebook.notebook_id,
                Grade.cell_id,
                score,
            )
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .where(SubmittedAssignment.assignment_id == self._assignment)
        )
        found: dict[str, dict[CellKey, float | None]] = defaultdict(dict)
        with Session(self._gradebook.engine) as session:
            for student, notebook, cell, value in session.execute(query):
                if notebook in names and cell in cell_names:
                    found[student][CellKey(names[notebook], cell_names[cell])] = value
        return dict(found)

    def record(
        self, student: str, receipts: Sequence[Receipt], *, timestamp: datetime | None
    ) -> bool:
        """Write a submission's scores; repeating it changes nothing.

        Marks and comments given by hand are kept; if there are any, the submission is flagged so
        that staff check them again.

        Args:
            student: The student's id.
            receipts: One per notebook of the assignment.
            timestamp: Time of submission, in UTC without a time zone, as nbgrader stores it.

        Returns:
            Whether it was flagged because of marks or comments given by hand.

        Raises:
            CourseError: The database reports an error.
        """
        connection = self._connection
        with database_errors(str(connection.engine.url)), connection.begin():
            about = {"assignment": self._assignment, "student": student}
            submission, student_id = connection.execute(_SUBMISSION, about).one()
            if submission is None:
                self._record_first(connection, student, student_id is None, receipts, timestamp)
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
        """Add the rows of a submission that is not in the gradebook yet.

        Inserts into the tables directly: an ORM object per row would cost more than the row.
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
        late = seconds_late(timestamp, self._due)
        for receipt in receipts:
            cells = self._cells[receipt.stem]
            scores = receipt_scores(receipt)
            notebook = {
                "id": new_uuid(),
                "assignment_id": submission["id"],
                "notebook_id": cells.notebook,
                "late_submission_penalty": penalty_of(
                    self._late, student, sum(score or 0.0 for score in scores.values()), late
                ),
            }
            connection.execute(_INSERT[SubmittedNotebook], notebook)
            for table, rows in new_rows(cells, receipt, notebook["id"]):
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
            cells = self._cells[receipt.stem]
            notebook = self._notebook(session, submission, cells)
            by_hand |= update_rows(session, notebook, cells, receipt)
            session.flush()
            session.refresh(notebook)
            late = seconds_late(submission.timestamp, self._due, submission.extension)
            notebook.late_submission_penalty = penalty_of(
                self._late, submission.student_id, float(notebook.score or 0.0), late
            )
        return by_hand

    def _notebook(
        self, session: Session, submission: SubmittedAssignment, cells: Cells
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
