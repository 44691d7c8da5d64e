"""Write what a submission earned into nbgrader's gradebook, in one transaction.

nbgrader's own API commits after every step, opens the database anew for each, and reads the whole
class to add one submission. Its tables are used here directly, so that a submission is either in
the gradebook or not, whenever the grader is ended, and the thousandth costs what the first does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType

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
from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.orm import Session

from proctor.errors import CourseError
from proctor.grading.gradebook.database import (
    clear_errors,
    database_in_words,
    open_database,
    prepare_sqlite,
    release_sqlite,
)
from proctor.grading.gradebook.rows import Cells, cells_of, new_rows, receipt_scores, update_rows
from proctor.results import Receipt

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
        with clear_errors(db_url):
            self._gradebook = open_database(db_url, course_id)
            if self._gradebook.engine.dialect.name == "sqlite":
                prepare_sqlite(self._gradebook.engine)
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
                where=database_in_words(db_url),
                remedy=f"run: proctor release {assignment}",
            ) from None
        self._assignment, self._due = record.id, record.duedate
        self._cells = {nb.name: cells_of(nb) for nb in record.notebooks}
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
            release_sqlite(self._gradebook.engine)
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
        with clear_errors(str(connection.engine.url)), connection.begin():
            about = {"assignment": self._assignment, "student": student}
            submission, info = connection.execute(_SUBMISSION, about).one()
            if submission is None:
                self._record_first(connection, student, info is None, receipts, timestamp)
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
            cells = self._cells[receipt.notebook.removesuffix(".ipynb")]
            notebook = self._notebook(session, submission, cells)
            by_hand |= update_rows(session, notebook, cells, receipt)
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


def _seconds_late(
    timestamp: datetime | None, due: datetime | None, extension: timedelta | None = None
) -> float:
    if timestamp is None or due is None:
        return 0.0
    return max(0.0, float((timestamp - due - (extension or timedelta())).total_seconds()))
