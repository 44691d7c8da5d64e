"""What is wrong with a database is said in words, and without its password."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from proctor.errors import CourseError
from proctor.grading.gradebook import database as database_module
from proctor.grading.gradebook.database import (
    database_error,
    database_errors,
    open_database,
    prepare_sqlite,
    release_sqlite,
    without_password,
)

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("sqlite:////proc/no/such/folder.db", "unable to open"),
        ("postgresql+psycopg2://u:secret@127.0.0.1:1/x", "check that the database exists"),
        ("nonsense", "check that the database exists"),
        ("martian://u:secret@here/x", "check that the database exists"),
    ],
)
def test_a_database_that_can_not_be_opened_is_said(url, word):
    with pytest.raises(CourseError, match=word) as caught, database_errors(url):
        open_database(url, "default_course")
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(CourseError, match="package psycopg2"):
        open_database("postgresql+psycopg2://u@127.0.0.1:1/x", "default_course")


def test_an_address_is_told_without_its_password():
    assert without_password("postgresql://u:secret@here/x") == "postgresql://u:***@here/x"
    assert without_password("nonsense") == "c.CourseDirectory.db_url"


@pytest.fixture
def database(tmp_path):
    file = tmp_path / "book.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE grades (points INTEGER)")
    return file


def engine_of(file: Path):
    engine = create_engine(f"sqlite:///{file}")
    prepare_sqlite(engine)
    return engine


def journal(engine) -> str:
    with engine.connect() as connection:
        return connection.execute(text("PRAGMA journal_mode")).scalar_one()


def test_there_is_a_write_ahead_log_until_the_file_is_given_back(database):
    engine = engine_of(database)
    assert journal(engine) == "wal"
    release_sqlite(engine)
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
    monkeypatch.setattr(database_module, "_WAL_TIMEOUT", 0.2)
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
    monkeypatch.setattr(database_module.psutil, "disk_partitions", lambda all: [])
    assert not database_module.is_local(Path("/anywhere"))


def test_a_place_on_a_network_is_not_local(monkeypatch, tmp_path):
    class Part:
        mountpoint, fstype = str(tmp_path), "nfs4"

    monkeypatch.setattr(database_module.psutil, "disk_partitions", lambda all: [Part])
    assert not database_module.is_local(tmp_path / "book.db")


@pytest.mark.parametrize(
    ("message", "upgrade"),
    [
        ("no such column: x.y", True),
        ('column "x" does not exist', True),
        ('FATAL: database "grades" does not exist', False),
        ("disk I/O error", False),
        ("", False),
    ],
)
def test_an_upgrade_is_advised_only_where_a_column_is_missing(message, upgrade):
    error = OperationalError("select", {}, Exception(message))
    assert ("upgrade" in database_error(error, "sqlite:///x.db").remedy) is upgrade
