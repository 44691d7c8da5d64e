"""Other versions of nbgrader that the engine admits: have they steps or options of their own?"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

HERE = Path(__file__).parent
DEVELOPMENT = os.environ.get("NBGRADER_SOURCE")
"""A working copy of nbgrader's development version, where somebody has one."""

pytestmark = pytest.mark.slow


def oldest() -> str:
    (nbgrader,) = (r for r in map(Requirement, requires("proctor") or ()) if r.name == "nbgrader")
    (version,) = (s.version for s in nbgrader.specifier if s.operator == ">=")
    return version


def insist_on_passing_with(folder: Path) -> None:
    # An older nbgrader may use what SQLAlchemy has deprecated since.
    quiet = "ignore::sqlalchemy.exc.SADeprecationWarning"
    others = [str(path) for path in HERE.glob("test_*.py") if path != Path(__file__)]
    env = {**os.environ, "PYTHONPATH": str(folder)}
    called = [sys.executable, "-c", "import nbgrader; print(nbgrader.__file__)"]
    found = subprocess.run(called, env=env, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).is_relative_to(folder)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", quiet, *others]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_oldest(tmp_path):
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(tmp_path)]
    version = f"nbgrader=={oldest()}"
    done = subprocess.run([*install, version], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{version} can't be installed: {done.stderr[-1000:]}"
    insist_on_passing_with(tmp_path)


if DEVELOPMENT:

    def test_the_development_version():
        insist_on_passing_with(Path(DEVELOPMENT).resolve())
