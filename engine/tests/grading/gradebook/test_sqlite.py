"""An SQLite gradebook is opened for reading and writing by several at a time."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from proctor.grading.gradebook import sqlite

pytestmark = pytest.mark.sandbox


@pytest.fixture
def database(tmp_path):
    file = tmp_path / "book.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE grades (points INTEGER)")
    return file


def engine_of(file: Path):
    engine = create_engine(f"sqlite:///{file}")
    sqlite.prepare(engine)
    return engine


def journal(engine) -> str:
    with engine.connect() as connection:
        return connection.execute(text("PRAGMA journal_mode")).scalar_one()


def test_there_is_a_write_ahead_log_until_the_file_is_given_back(database):
    engine = engine_of(database)
    assert journal(engine) == "wal"
    sqlite.release(engine)
    engine.dispose()
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(file.name for file in database.parent.iterdir()) == ["book.db"]


def test_the_log_waits_while_another_writes(database):
    with sqlite3.connect(database, isolation_level=None, check_same_thread=False) as other:
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.5, other.execute, ["COMMIT"])
        begun = time.monotonic()
        ending.start()
        assert journal(engine_of(database)) == "wal"
        assert time.monotonic() - begun > 0.4
        ending.join()


def test_grades_are_written_without_a_log_where_another_never_stops_reading(database, monkeypatch):
    monkeypatch.setattr(sqlite, "_PATIENCE_FOR_THE_LOG", 0.2)
    with sqlite3.connect(database, isolation_level=None) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM grades").fetchall()
        engine = engine_of(database)
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        other.execute("COMMIT")
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO grades VALUES (1)"))
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT * FROM grades").fetchall() == [(1,)]


def test_what_is_no_lock_is_not_waited_for(tmp_path):
    (tmp_path / "book.db").write_bytes(b"not a database, but long enough to be looked at" * 40)
    with pytest.raises(Exception, match="not a database"):
        journal(engine_of(tmp_path / "book.db"))


def test_a_folder_that_is_not_there_is_not_waited_for(tmp_path):
    with pytest.raises(OperationalError, match="unable to open"):
        journal(engine_of(tmp_path / "none" / "book.db"))


def test_a_place_on_no_known_disk_is_not_local(monkeypatch):
    monkeypatch.setattr(sqlite.psutil, "disk_partitions", lambda all: [])
    assert not sqlite.is_local(Path("/anywhere"))


def test_a_place_on_a_network_is_not_local(monkeypatch, tmp_path):
    class Part:
        mountpoint, fstype = str(tmp_path), "nfs4"

    monkeypatch.setattr(sqlite.psutil, "disk_partitions", lambda all: [Part])
    assert not sqlite.is_local(tmp_path / "book.db")
