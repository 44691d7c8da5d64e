"""Open nbgrader's gradebook, and say in words what is wrong with its database."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from nbgrader.api import Gradebook
from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from proctor.errors import CourseError


def open_database(db_url: str, course_id: str) -> Gradebook:
    """Open a gradebook; its tables are made where there are none.

    Raises:
        CourseError: The database's package is not installed.
    """
    try:
        return Gradebook(db_url, course_id)
    except ModuleNotFoundError as error:
        raise CourseError(
            "A database is reached through a Python package of its own.",
            found=f"no package {error.name}",
            where=database_in_words(db_url),
            remedy=f"install {error.name}, or name one that is there, as in "
            "postgresql+psycopg2://user@host/database",
        ) from error


def database_in_words(db_url: str) -> str:
    """The database's address without its password."""
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "c.CourseDirectory.db_url"


@contextmanager
def clear_errors(db_url: str) -> Iterator[None]:
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
            where=database_in_words(db_url),
            remedy=remedy,
        ) from error


_PATIENCE_MS = 60_000
"""How long SQLite waits for others, such as formgrader, before it gives up."""

_PATIENCE_FOR_THE_LOG = 5.0
"""Seconds in which a write-ahead log is asked for; grading goes on without it, only slower."""

_SHARED = ("nfs", "cifs", "smb", "fuse", "lustre", "gpfs", "ceph", "afs", "9p", "beegfs", "gluster")
"""Beginnings of the names of file systems that several machines may share."""


def prepare_sqlite(engine: Engine) -> None:
    """Set up every connection of an engine.

    A transaction that reads first and then wants to write fails at once where another one writes;
    one that says from the start that it will write waits for its turn.
    """
    file = engine.url.database
    own_log = file not in (None, "", ":memory:") and is_local(Path(str(file)))

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        if own_log:
            # SQLite itself must not wait here: it would wait for a reader that never ends.
            connection.execute("PRAGMA busy_timeout = 0")
            _begin_a_log(connection)
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine.dispose()


def _begin_a_log(connection: Any) -> None:
    """Have a write-ahead log, unless others write all the time.

    SQLite does not wait here by itself: it turns a read lock into a write lock, and fails at once
    where another connection writes.
    """
    until = time.monotonic() + _PATIENCE_FOR_THE_LOG
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > until:
                return
            time.sleep(0.02)
        else:
            connection.execute("PRAGMA synchronous = NORMAL")
            return


def release_sqlite(engine: Engine) -> None:
    """Give the file back as it was; where others have it open, the last of them will do so."""
    with suppress(SQLAlchemyError), engine.connect() as connection:
        raw = connection.connection.driver_connection
        if raw is not None:
            connection.rollback()
            with suppress(Exception):
                raw.execute("PRAGMA busy_timeout = 0")
                raw.execute("PRAGMA journal_mode = DELETE")


def is_local(path: Path) -> bool:
    """Whether a file lies on this machine's own disks; where that can't be told, it does not."""
    place = path.resolve()
    mounts = {Path(part.mountpoint): part.fstype for part in psutil.disk_partitions(all=True)}
    for parent in (place, *place.parents):
        if parent in mounts:
            return not mounts[parent].startswith(_SHARED)
    return False
