"""Databases for gradebooks: how old their tables are, and a PostgreSQL server for the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbgrader
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

_PLACES = "/usr/lib/postgresql/*/bin"


def newest_tables() -> str:
    """Which version of its tables nbgrader makes, as its ``get_alembic_version`` says it.

    For each new gradebook nbgrader starts a program to learn that, which takes seconds.
    """
    folder = Path(nbgrader.__file__).parent / "alembic"
    return str(ScriptDirectory(str(folder)).get_current_head())


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[Callable[..., str]]:
    """A server of our own on a socket in a temporary folder.

    What it gives makes a new database, or a copy of one, and says its address.

    Args:
        durable: Whether it waits for the disk, as a real one does; tests have no use for that.
    """
    programs = _programs()
    # Short: a socket's path has at most 107 bytes. The server refuses to be root's.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    prefix = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [*prefix, str(programs / program), *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    fsync = "on" if durable else "off"
    data, options = folder / "data", f"-c listen_addresses= -c fsync={fsync} -k {folder}"
    names = (f"test{number}" for number in range(1000))

    def database(like: str = "") -> str:
        name = next(names)
        template = make_url(like).database if like else "template1"
        call("createdb", "-h", str(folder), "-U", "tester", "-T", str(template), name)
        return f"postgresql+psycopg2://tester:secret@/{name}?host={folder}"

    try:
        call("initdb", "-D", str(data), "-A", "trust", "-U", "tester", "--no-sync", "-E", "UTF8")
        call("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield database
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    pytest.importorskip("psycopg2", reason="psycopg2 is not installed")
    found = sorted(Path("/").glob(_PLACES.lstrip("/")))
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    if not found:
        pytest.skip("PostgreSQL is not installed (apt install postgresql)")
    if os.geteuid() == 0 and not shutil.which("runuser"):
        pytest.skip("PostgreSQL does not run as root, and there is no runuser")
    return found[-1]
