"""Open an SQLite gradebook so that others may read it meanwhile, and so that writing is fast.

With SQLite's usual rollback journal a commit waits for the disk three times, and a reader locks
the writer out. With a write-ahead log it does neither; but that log does not work where several
machines share the file (https://sqlite.org/wal.html), so that a gradebook on a network's file
system is left as it is. A commit may then be lost in a power cut, never half of one: the receipts
know it, and the next run writes it again.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

_PATIENCE_MS = 60_000
"""How long SQLite waits for others, such as formgrader, before it gives up."""

_PATIENCE_FOR_THE_LOG = 5.0
"""Seconds in which a write-ahead log is asked for; grading goes on without it, only slower."""

_SHARED = ("nfs", "cifs", "smb", "fuse", "lustre", "gpfs", "ceph", "afs", "9p", "beegfs", "gluster")
"""Beginnings of the names of file systems that several machines may share."""


def prepare(engine: Engine) -> None:
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


def release(engine: Engine) -> None:
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
