"""Change the gradebook to a new release, and keep what humans gave, in one transaction.

nbgrader refuses to add or remove cells once there are submissions. Its tables are used directly
here: its API commits after every step.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    SourceCell,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import Connection, Engine, delete, insert, make_url, select, update
from sqlalchemy.orm import Session

from proctor.grading.gradebook.database import (
    close_after_writing,
    database_errors,
    open_for_writing,
)
from proctor.grading.gradebook.release_cells import (
    COMMENTED,
    MARKED,
    PARTS,
    Release,
    ReleasedCell,
    ReleasedNotebook,
)

_GRADE: Any = Grade.__table__
_COMMENT: Any = Comment.__table__


def gradebook_exists(db_url: str) -> bool:
    """Whether there is a gradebook; opening one that is not there would make it."""
    url = make_url(db_url)
    file = url.database
    return url.get_backend_name() != "sqlite" or (bool(file) and Path(str(file)).is_file())


@contextmanager
def gradebook_session(db_url: str, course_id: str) -> Iterator[Session]:
    """A session of a course's gradebook in one transaction; after an error nothing has changed.

    Raises:
        CourseError: The database reports an error.
    """
    with database_errors(db_url):
        gradebook = open_for_writing(db_url, course_id)
        try:
            with Session(gradebook.engine) as session, session.begin():
                yield session
        finally:
            close_after_writing(gradebook)


def copy_database(bind: Engine | Connection, assignment: str) -> Path | None:
    """Put a consistent copy of an SQLite gradebook beside it.

    Args:
        bind: The gradebook's engine.
        assignment: Name of the assignment, for the copy's name.

    Returns:
        The copy; None for another database, whose server has means of its own.
    """
    file = bind.engine.url.database
    if bind.dialect.name != "sqlite" or file in (None, "", ":memory:"):
        return None
    path = Path(str(file))
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = path.with_name(f"{path.name}.before-{assignment}-{when}")
    # Grades must not become readable to others than before.
    target.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)
    shutil.copymode(path, target)
    return target


def migrate(session: Session, assignment: str, new: Release, course_id: str) -> None:
    """Change an assignment's cells to those of a new release.

    Marks and comments by hand stay where the cell still has a place for them. Of new cells each
    submission gets a grade that waits to be given.

    Args:
        session: A session of the gradebook's, in a transaction.
        assignment: Name of the assignment; it is added if it is not there.
        new: The new release.
        course_id: Id of the course.
    """
    named = select(Assignment).where(Assignment.name == assignment)
    record = session.scalars(named).one_or_none()
    if record is None:
        record = Assignment(name=assignment, course_id=course_id)
        session.add(record)
        session.flush()
    notebooks = {notebook.name: notebook for notebook in record.notebooks}
    for name in sorted({*notebooks} - {*new}):
        _remove_notebook(session, notebooks.pop(name))
    for name, released in new.items():
        notebook = notebooks.get(name)
        if notebook is None:
            notebook = Notebook(name=name, assignment=record)
            session.add(notebook)
            session.flush()
            _submit_empty(session, record.id, notebook.id)
        notebook.kernelspec = released.kernelspec
        _change_cells(session, notebook, released)
    session.flush()


def _submit_empty(session: Session, assignment: str, notebook: str) -> None:
    """A new notebook belongs to every submission, as nbgrader has it."""
    found = session.scalars(
        select(SubmittedAssignment.id).where(SubmittedAssignment.assignment_id == assignment)
    )
    rows = [{"id": new_uuid(), "assignment_id": one, "notebook_id": notebook} for one in found]
    if rows:
        session.execute(insert(SubmittedNotebook), rows)


def _remove_notebook(session: Session, notebook: Any) -> None:
    submitted = select(SubmittedNotebook.id).where(SubmittedNotebook.notebook_id == notebook.id)
    for table in (_GRADE, _COMMENT):
        session.execute(delete(table).where(table.c.notebook_id.in_(submitted)))
    session.execute(
        delete(SubmittedNotebook.__table__).where(SubmittedNotebook.notebook_id == notebook.id)
    )
    for cell in (*notebook._base_cells, *notebook.source_cells):
        session.delete(cell)
    session.flush()
    session.expire(notebook)
    session.delete(notebook)
    session.flush()


def _change_cells(session: Session, notebook: Any, released: ReleasedNotebook) -> None:
    old = _parts_of(notebook)
    new = _updated_parts(session, notebook, old, released.cells)
    gone = {key: cell for key, cell in old.items() if key not in new}
    session.flush()
    for (name, part), cell in gone.items():
        _move(session, cell.id, part, name, new)
    for cell in gone.values():
        # All that could have stayed has been moved.
        for table in (_GRADE, _COMMENT):
            session.execute(delete(table).where(table.c.cell_id == cell.id))
        session.delete(cell)
    _change_sources(session, notebook, released.cells)
    session.flush()
    _complete(session, notebook.id, new)


def _parts_of(notebook: Any) -> dict[tuple[str, str], Any]:
    """The rows that nbgrader has of a notebook's cells, by name and part."""
    names = {table.__name__: part for part, table in PARTS.items()}
    return {(cell.name, names[cell.type]): cell for cell in notebook._base_cells}


def _updated_parts(
    session: Session,
    notebook: Any,
    old: Mapping[tuple[str, str], Any],
    cells: Mapping[str, ReleasedCell],
) -> dict[tuple[str, str], Any]:
    found = {}
    for name, cell in cells.items():
        for part in cell.parts:
            row = old.get((name, part))
            if row is None:
                row = PARTS[part](name=name, notebook_id=notebook.id)
                session.add(row)
            if part in MARKED:
                row.max_score, row.cell_type = cell.points or 0.0, cell.cell_type
            found[name, part] = row
    return found


def _move(
    session: Session, old: str, part: str, name: str, new: Mapping[tuple[str, str], Any]
) -> None:
    """Move grades and comments from a part that is gone to one that has them now."""
    for table, parts in ((_GRADE, MARKED), (_COMMENT, COMMENTED)):
        places = [new[name, one].id for one in parts if (name, one) in new]
        if part in parts and places:
            moved = update(table).where(table.c.cell_id == old).values(cell_id=places[0])
            session.execute(moved)


def _change_sources(session: Session, notebook: Any, cells: Mapping[str, ReleasedCell]) -> None:
    sources = {cell.name: cell for cell in notebook.source_cells}
    for name in {*sources} - {*cells}:
        session.delete(sources[name])
    for name, cell in cells.items():
        source = sources.get(name)
        if source is None:
            source = SourceCell(name=name, notebook_id=notebook.id)
            session.add(source)
        source.cell_type, source.locked = cell.cell_type, cell.locked
        source.source, source.checksum = cell.source, cell.checksum


def _complete(session: Session, notebook: str, new: Mapping[tuple[str, str], Any]) -> None:
    """Give each submission the grades and comments that it lacks, as nbgrader would."""
    submitted = session.scalars(
        select(SubmittedNotebook.id).where(SubmittedNotebook.notebook_id == notebook)
    ).all()
    for table, parts, values in (
        (_GRADE, MARKED, {"needs_manual_grade": True}),
        (_COMMENT, COMMENTED, {}),
    ):
        there = _pairs(session, table, notebook)
        rows = [
            {"id": new_uuid(), "notebook_id": one, "cell_id": cell.id, **values}
            for (_, part), cell in new.items()
            if part in parts
            for one in submitted
            if (one, cell.id) not in there
        ]
        if rows:
            session.execute(insert(table), rows)


def _pairs(session: Session, table: Any, notebook: str) -> Collection[tuple[str, str]]:
    query = (
        select(table.c.notebook_id, table.c.cell_id)
        .join(BaseCell, BaseCell.id == table.c.cell_id)
        .where(BaseCell.notebook_id == notebook)
    )
    return {(one, cell) for one, cell in session.execute(query)}
