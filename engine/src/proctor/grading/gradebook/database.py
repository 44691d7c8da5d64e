"""Open nbgrader's gradebook, and report errors of its database as text."""

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

from proctor.errors import CourseError, first_line


def open_database(db_url: str, course_id: str) -> Gradebook:
    """Open a gradebook; missing tables are created.

    Raises:
        CourseError: The Python package of the database is not installed.
    """
    try:
        return Gradebook(db_url, course_id)
    except ModuleNotFoundError as error:
        raise CourseError(
            f"the Python package {error.name} is not installed",
            why="the configured gradebook database is reached through it",
            where=without_password(db_url),
            remedy=f"install {error.name}, or name one that is there, as in "
            "postgresql+psycopg2://user@host/database",
        ) from error


def open_for_writing(db_url: str, course_id: str) -> Gradebook:
    """Open a gradebook, with SQLite set up for other writers; see `close_after_writing`.

    Raises:
        CourseError: See `open_database`.
    """
    gradebook = open_database(db_url, course_id)
    try:
        if _is_sqlite(gradebook):
            prepare_sqlite(gradebook.engine)
    except BaseException:
        gradebook.close()
        raise
    return gradebook


def close_after_writing(gradebook: Gradebook) -> None:
    """Close a gradebook, and leave SQLite's file as other programs expect it."""
    if _is_sqlite(gradebook):
        release_sqlite(gradebook.engine)
    gradebook.close()


def _is_sqlite(gradebook: Gradebook) -> bool:
    return bool(gradebook.engine.dialect.name == "sqlite")


def without_password(db_url: str) -> str:
    """The database's URL without its password."""
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "c.CourseDirectory.db_url"


@contextmanager
def database_errors(db_url: str) -> Iterator[None]:
    """Convert database errors to errors that state a remedy.

    Raises:
        CourseError: See `database_error`.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise database_error(error, db_url) from error


def database_error(error: SQLAlchemyError, db_url: str) -> CourseError:
    """Convert an error of the gradebook's database to one that states a remedy."""
    text = first_line(getattr(error, "orig", None) or error)
    remedy = "check that the database exists, that you may write to it, and that the disk has room"
    # SQLite's words, and PostgreSQL's.
    if "no such column" in text or ("column" in text and "does not exist" in text):
        remedy = "it may be of an older nbgrader; run: nbgrader db upgrade"
    return CourseError(
        f"the gradebook's database reports: {text[:300]}",
        why="grades are read from and written to nbgrader's gradebook",
        where=without_password(db_url),
        remedy=remedy,
    )


_BUSY_TIMEOUT_MS = 60_000
"""How long SQLite waits for other processes, such as formgrader, before it gives up."""

_WAL_TIMEOUT = 5.0
"""How long to try to enable the write-ahead log; without it, grading is slower."""

_NETWORK_FILE_SYSTEMS = (
    "nfs",
    "cifs",
    "smb",
    "fuse",
    "lustre",
    "gpfs",
    "ceph",
    "afs",
    "9p",
    "beegfs",
    "gluster",
)
"""Prefixes of the names of file systems that several machines may share."""


def prepare_sqlite(engine: Engine) -> None:
    """Set up every connection of an engine.

    Transactions start with ``BEGIN IMMEDIATE``, which waits for another writer. A transaction that
    reads before it writes would fail at once if another one writes in the meantime.
    """
    file = engine.url.database
    own_log = file not in (None, "", ":memory:") and is_local(Path(str(file)))

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        if own_log:
            # SQLite must not wait here itself: a reader may never finish.
            connection.execute("PRAGMA busy_timeout = 0")
            _enable_wal(connection)
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine.dispose()


def _enable_wal(connection: Any) -> None:
    """Enable the write-ahead log, unless other processes write all the time.

    SQLite does not wait here by itself: it upgrades a read lock to a write lock, and fails at once
    if another connection writes.
    """
    until = time.monotonic() + _WAL_TIMEOUT
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
    """Restore the journal mode; if others have the file open, the last of them will do it."""
    with suppress(SQLAlchemyError), engine.connect() as connection:
        raw = connection.connection.driver_connection
        if raw is not None:
            connection.rollback()
            with suppress(Exception):
                raw.execute("PRAGMA busy_timeout = 0")
                raw.execute("PRAGMA journal_mode = DELETE")


def is_local(path: Path) -> bool:
    """Whether a file is on a local disk; false if that can't be determined."""
    place = path.resolve()
    mounts = {Path(part.mountpoint): part.fstype for part in psutil.disk_partitions(all=True)}
    for parent in (place, *place.parents):
        if parent in mounts:
            return not mounts[parent].startswith(_NETWORK_FILE_SYSTEMS)
    return False
