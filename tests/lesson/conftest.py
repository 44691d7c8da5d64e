"""The lesson as it is in the repository, and the course's configuration."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "C3_W3_Assignment"


@pytest.fixture(scope="session")
def instructor() -> nbformat.NotebookNode:
    """The instructor's notebook."""
    return nbformat.read(ROOT / "source" / "C3M3" / f"{NAME}.ipynb", as_version=4)


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A course folder of its own with the real lesson, released by the real command."""
    folder = tmp_path_factory.mktemp("lesson") / "course"
    folder.mkdir()
    for name in ("source", "util", "lessons"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    command = [sys.executable, "-m", "proctor", "release", "C3M3"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def student(course) -> nbformat.NotebookNode:
    """The student version."""
    return nbformat.read(course / "release" / "C3M3" / f"{NAME}.ipynb", as_version=4)


@pytest.fixture(scope="session")
def kit(course, tmp_path_factory) -> Path:
    """The student kit, unzipped into an empty folder."""
    folder = tmp_path_factory.mktemp("kit")
    with zipfile.ZipFile(course / "release" / "C3M3.zip") as archive:
        archive.extractall(folder)
    return folder
