"""The engine by itself: its wheel, in an environment that has nothing but what it requires."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from engine.tests.distributions import required

ENGINE = Path(__file__).resolve().parent.parent
LESSON = {"tensorflow", "keras", "shap", "lifelines", "opencv-python-headless", "scikit-learn"}

pytestmark = [pytest.mark.sandbox, pytest.mark.programs, pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "-q", "-w", str(folder), str(ENGINE)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def alone(wheel, tmp_path_factory) -> Path:
    """An environment with the wheel and what it requires, linked from this environment.

    Returns:
        Its folder of programs.
    """
    folder = tmp_path_factory.mktemp("alone") / "environment"
    venv.create(folder, symlinks=True)
    variables = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", vars=variables))
    here = Path(sysconfig.get_path("purelib"))
    for name in sorted(required("proctor") - {"proctor"}):
        for file in importlib.metadata.distribution(name).files or ():
            source = Path(str(file.locate())).resolve()
            if source.is_relative_to(here) and source.is_file():
                target = site / source.relative_to(here)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    os.link(source, target) if _same_disk(source, site) else _copy(source, target)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return folder / "bin"


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def test_the_wheel_holds_the_engine_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        names = archive.namelist()
    assert {top.partition("-")[0] for top in tops} == {"proctor"}
    assert "proctor/py.typed" in names
    assert any(name.endswith("templates/assignment.py") for name in names)


def test_it_requires_nothing_of_the_lesson():
    found = required("proctor")
    assert not found & LESSON
    assert not found & {"matplotlib", "distributed", "psycopg2-binary", "interpretation-course"}


def test_it_grades_nbgraders_own_example_in_the_sandbox(alone, tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment["PATH"] = f"{alone}:{os.environ['PATH']}"

    def run(*command: str, status: int = 0) -> str:
        done = subprocess.run(
            [str(alone / "python"), "-m", *command],
            cwd=course if course.is_dir() else tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    course = tmp_path / "course"
    run("nbgrader", "quickstart", "course")
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nfrom proctor.nbgrader import adopt\n\nadopt(c)\n")
    run("proctor", "release", "ps1")
    for student, stage in (("ann", "source"), ("bob", "release")):
        folder = course / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        for notebook in (course / stage / "ps1").glob("*.ipynb"):
            (folder / notebook.name).write_bytes(notebook.read_bytes())
    run("proctor", "grade", "ps1", "--jobs=2")
    run("proctor", "feedback", "ps1")
    run("proctor", "report", "ps1")
    refused = run("proctor", "grade", "ps1", "--force", "--scheduler=tcp://127.0.0.1:1", status=2)
    assert "pip install 'proctor[dask]'" in refused
    receipts = [json.loads(p.read_text()) for p in course.glob("autograded/**/*.receipt.json")]
    assert len(receipts) == 4
    assert {r["sandbox"].split()[0] for r in receipts} <= {"namespaces", "confined"}
    points = {
        student: sum(
            e["score"]
            for p in course.glob(f"autograded/{student}/**/*.receipt.json")
            for e in json.loads(p.read_text())["exercises"]
        )
        for student in ("ann", "bob")
    }
    assert points["ann"] > points["bob"]
