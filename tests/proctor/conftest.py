"""The tiny course, released once and copied for each test that grades."""

from __future__ import annotations

import copy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jupytext
import nbformat
import pytest

TINY = Path(__file__).resolve().parent.parent / "tiny_course"
NOTEBOOK = "exercise.ipynb"

RIGHT = {
    "UNQ_C1": "def double(values):\n    return values * 2",
    "UNQ_C2": "def total(values):\n    return sum(values)",
}

Run = Callable[..., subprocess.CompletedProcess]


def proctor(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the command as a user does: in the course folder, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "proctor", *arguments], cwd=folder, capture_output=True, text=True
    )


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Path:
    """A course folder in which the tiny assignment is released."""
    folder = tmp_path_factory.mktemp("released")
    shutil.copytree(TINY, folder, dirs_exist_ok=True)
    nb = jupytext.read(TINY / "exercise.py")
    nb.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(nb, folder / "source" / "tiny" / NOTEBOOK)
    done = proctor(folder, "release", "tiny")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def course(released, tmp_path) -> Path:
    """A copy of the released course that a test may do with as it likes."""
    folder = tmp_path / "course"
    shutil.copytree(released, folder)
    return folder


@pytest.fixture(scope="session")
def student_version(released) -> nbformat.NotebookNode:
    return nbformat.read(released / "release" / "tiny" / NOTEBOOK, as_version=4)


@pytest.fixture(scope="session")
def filled(student_version):
    """Make a submission: the student version with cells by marker."""

    def fill(**cells: str) -> nbformat.NotebookNode:
        nb = copy.deepcopy(student_version)
        for marker, source in {**RIGHT, **cells}.items():
            cell = next(c for c in nb.cells if c.source.startswith(f"# {marker} "))
            cell.source = cell.source.split("\n")[0] + "\n" + source
        return nb

    return fill


@pytest.fixture
def hand_in(course):
    """Put a notebook, or any text, where a student's submission lies."""

    def put(student: str, content: nbformat.NotebookNode | str) -> Path:
        folder = course / "submitted" / student / "tiny"
        folder.mkdir(parents=True)
        path = folder / NOTEBOOK
        if isinstance(content, str):
            path.write_text(content)
        else:
            nbformat.write(content, path)
        return path

    return put


@pytest.fixture(scope="session")
def run() -> Run:
    return proctor
