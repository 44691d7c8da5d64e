"""A course with secrets in all the places where a grader has some, and a class under attack."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import numpy as np
import psutil
from nbgrader.api import Gradebook

from engine.tests.attacks.attack import RIGHT, Attack, fill

TINY = Path(__file__).resolve().parent.parent / "tiny_course"
NOTEBOOK = "exercise.ipynb"
HONEST_EVERY = 6

CANARIES = (
    "canary-hidden", "canary-solution", "canary-gradebook", "canary-neighbour", "canary-home",
    "canary-environment", "canary-network", "canary-abstract", "canary-service", "canary-achieved",
)  # fmt: skip

LIMITS = """
c.Examine.cell_seconds = 2
c.Examine.interrupt_seconds = 1
c.Examine.notebook_seconds = 20
c.Sandbox.memory_mib = 600
c.Sandbox.processes = 64
c.Sandbox.scratch_mib = 64
c.Sandbox.file_mib = 64
"""


@dataclass
class Range:
    """Where the attacks are run.

    Attributes:
        course: The course folder.
        home: The grader's home folder.
        port: A TCP port on which something listens.
        abstract: Name of an abstract socket on which something listens.
        students: Attacks by the id of the student who hands them in.
        honest: Ids of the students in between.
        right: What those hand in.
    """

    course: Path
    home: Path
    port: int
    abstract: str
    students: dict[str, Attack] = field(default_factory=dict)
    honest: list[str] = field(default_factory=list)
    right: nbformat.NotebookNode | None = None

    def place(self, text: str) -> str:
        """Fill in what an attacker is assumed to know of the machine."""
        for name in ("course", "home", "port", "abstract"):
            text = text.replace(f"{{{name}}}", str(getattr(self, name)))
        return text

    def hand_in(self, student: str, nb: nbformat.NotebookNode) -> None:
        """Put a submission where the grader looks for it."""
        folder = self.course / "submitted" / student / "tiny"
        folder.mkdir(parents=True)
        for cell in nb.cells:
            cell.source = self.place(cell.source)
        nbformat.write(nb, folder / NOTEBOOK)

    def hand_in_all(self, attacks: list[Attack], released: nbformat.NotebookNode) -> None:
        """Hand all attacks in, with honest submissions between them."""
        self.right = copy.deepcopy(released)
        fill(self.right, RIGHT + "  # canary-neighbour")
        fill(self.right, "def total(values):\n    return sum(values)", "total")
        for number, attack in enumerate(attacks):
            if number % HONEST_EVERY == 0:
                self.hand_in_honest(f"{number:03d}-0-honest")
            self.hand_in_attack(f"{number:03d}-1-{attack.name}", attack)
        self.hand_in_honest("999-honest")

    def hand_in_honest(self, student: str) -> None:
        """Put a right submission there."""
        self.honest.append(student)
        self.hand_in(student, copy.deepcopy(self.right))

    def hand_in_attack(self, student: str, attack: Attack) -> None:
        """Put a hostile submission there."""
        nb = copy.deepcopy(self.right)
        attack.edit(nb)
        self.students[student] = attack
        self.hand_in(student, nb)

    def untouched(self) -> dict[str, str]:
        """What no grading may change: the course's files, and the modes of what is shared."""
        places = [p for name in ("source", "submitted") for p in (self.course / name).rglob("*")]
        places += [p for p in self.course.iterdir() if p.suffix == ".py"]
        files = {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in places if p.is_file()}
        devices = [Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom")]
        others = [Path(place) for place in sys.path if Path(place).is_dir()]
        others += [Path("/usr/bin/env"), Path(np.__file__), self.course, self.home / ".netrc"]
        return files | {f"mode of {p}": _attributes(p) for p in (*devices, *others)}


def _attributes(path: Path) -> str:
    info = path.stat()
    times = info.st_mtime_ns if path.is_file() else ""
    return f"{info.st_mode:o} {info.st_uid} {times} {os.listxattr(path)}"


def make_course(folder: Path) -> None:
    """The tiny course with canaries in its hidden tests and in the instructor's notebook."""
    shutil.copytree(TINY, folder)
    checks = folder / "tiny_checks.py"
    checks.write_text(checks.read_text() + "\n# canary-hidden\n")
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text() + LIMITS)
    nb = jupytext.read(TINY / "exercise.py")
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "x", "language": "python"}
    for cell in nb.cells:
        cell.source = cell.source.replace("values * 2", "values * 2  # canary-solution")
    nbformat.write(nb, folder / "source" / "tiny" / NOTEBOOK)


@contextmanager
def attacked(root: Path, attacks: list[Attack]) -> Iterator[tuple[Range, dict[str, str]]]:
    """A released course with all attacks handed in, while secrets are told on sockets.

    Returns:
        The range, and the environment of a grader with secrets in it.
    """
    course, home, scratch = root / "course", root / "home", root / "tmp"
    home.mkdir()
    (home / ".netrc").write_text("canary-home")
    scratch.mkdir()
    make_course(course)
    environment = {
        **os.environ,
        # nbgrader starts alembic by name, as from an activated environment.
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COURSE_TOKEN": "canary-environment",
        "HOME": str(home),
        "TMPDIR": str(scratch),
    }
    command = [sys.executable, "-m", "proctor", "release", "tiny"]
    subprocess.run(command, cwd=course, env=environment, check=True, capture_output=True)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_student("zoe", last_name="canary-gradebook")
    released = nbformat.read(course / "release" / "tiny" / NOTEBOOK, as_version=4)
    with listening(home / "agent.sock") as (port, abstract):
        place = Range(course, home, port, abstract)
        place.hand_in_all(attacks, released)
        yield place, environment


def executed(course: Path) -> dict[str, str]:
    """Everything that grading wrote about each student, as text."""
    return {
        folder.name: "\n".join(
            path.read_text(errors="replace") for path in sorted(folder.rglob("*")) if path.is_file()
        )
        for folder in (course / "autograded").iterdir()
        if not folder.name.startswith(".")
    }


def receipts(course: Path) -> dict[str, dict[str, Any]]:
    """The receipts by student."""
    return {
        path.parent.parent.name: json.loads(path.read_text())
        for path in course.glob("autograded/**/*.receipt.json")
    }


def leaked(text: str, own: str) -> list[str]:
    """The canaries in what was written about a student who did not hand them in."""
    return [canary for canary in CANARIES if canary in text and canary not in own]


def running(word: str) -> list[psutil.Process]:
    """Processes of the whole machine whose command line has a word."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if word in " ".join(process.cmdline()):
                found.append(process)
    return found


def forsaken(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those whose parents have ended without them: not the servers of tests that still run.

    Tests run in this process, or in others that have the same parent.
    """
    here = psutil.Process()
    tests = {here, here.parent()}
    return [process for process in processes if tests.isdisjoint(process.parents())]


@contextmanager
def listening(path: Path) -> Iterator[tuple[int, str]]:
    """Sockets of three kinds that tell a secret to whoever reaches them."""
    tcp = socket.create_server(("127.0.0.1", 0))
    name = f"proctor-attacks-{tcp.getsockname()[1]}"
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0{name}")
    abstract.listen()
    service = socket.socket(socket.AF_UNIX)
    service.bind(str(path))
    path.chmod(0o777)
    service.listen()

    def tell(server: socket.socket, secret: bytes) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.sendall(secret)

    told = {tcp: b"canary-network", abstract: b"canary-abstract", service: b"canary-service"}
    for server, secret in told.items():
        threading.Thread(target=tell, args=(server, secret), daemon=True).start()
    try:
        yield tcp.getsockname()[1], name
    finally:
        for server in told:
            server.close()
