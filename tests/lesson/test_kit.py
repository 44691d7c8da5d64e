"""The student kit: nothing secret in it, and enough to work with outside the repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = re.compile(r"hidden_tests|\bjudge|\bpose\(|examiner:|NotPassed|MISTAKES|_CALLS_SHARE")

# Runs cells in a process that finds the kit's util, the installed libraries, and no repository.
# Like a student who reads the error and goes on, it does not stop at a cell that fails.
BOOTSTRAP = """
import sys
repository = sys.argv[1]
sys.path = [p for p in sys.path if p and not p.startswith(repository + "/util") and p != repository]
sys.meta_path = [f for f in sys.meta_path if "editable" not in type(f).__module__]
sys.path.insert(0, ".")
import matplotlib
matplotlib.use("Agg")
import json, linecache, traceback, util
print("util from", util.__path__[0])
names, failed = {}, False
for number, source in enumerate(json.load(open("cells.json"))):
    # As a notebook does it: the text of a cell can be found by the name of its code.
    file = f"<cell {number}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        exec(compile(source, file, "exec"), names)
    except Exception:
        failed = True
        traceback.print_exc()
sys.exit(failed)
"""


def run_cells(kit: Path, cells: list[str]) -> subprocess.CompletedProcess:
    (kit / "cells.json").write_text(json.dumps(cells))
    try:
        command = [sys.executable, "-c", BOOTSTRAP, str(ROOT)]
        return subprocess.run(command, cwd=kit, capture_output=True, text=True)
    finally:
        (kit / "cells.json").unlink()


@pytest.fixture(scope="module")
def cells(kit) -> dict[str, str]:
    nb = nbformat.read(kit / "C3_W3_Assignment.ipynb", as_version=4)
    return {c.metadata["nbgrader"]["grade_id"]: c.source for c in nb.cells if c.cell_type == "code"}


def texts(kit: Path) -> dict[str, str]:
    return {
        path.relative_to(kit).as_posix(): path.read_text()
        for path in kit.rglob("*")
        if path.is_file() and path.suffix in {".py", ".md", ".txt", ".ipynb", ".json", ".csv"}
    }


def test_the_kit_has_what_a_student_needs(kit):
    for name in (
        "C3_W3_Assignment.ipynb",
        "LICENSE",
        "README.md",
        "requirements.txt",
        "util/__init__.py",
        "util/masks.py",
        "data/nih_new/train-small.csv",
        "data/nih_new/test.csv",
        "data/nih_new/test-masks.json",
        "models/densenet121_synthetic.npz",
    ):
        assert (kit / name).is_file(), name


def test_no_file_of_the_kit_holds_a_secret(kit, instructor):
    solutions = set()
    for cell in instructor.cells:
        if cell.source.startswith("# UNQ_"):
            inside = cell.source.split("### START")[1].split("### END")[0]
            solutions |= {line.strip() for line in inside.splitlines()[1:]}
    solutions = {line for line in solutions if "=" in line and not line.startswith("#")}
    assert len(solutions) >= 12
    for name, text in texts(kit).items():
        assert not SECRET.search(text), (name, SECRET.search(text))
        assert not solutions & {line.strip() for line in text.splitlines()}, name


@pytest.mark.slow
def test_the_given_cells_run_outside_the_repository(kit, cells):
    shown = list(cells)[: list(cells).index("both-no-batch") + 1]
    wanted = [*shown, "risk-model", "riskiest"]
    given = [cells[name] for name in wanted if name not in {"predictions", "summary"}]
    done = run_cells(kit, given)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"util from {kit}" in done.stdout
    assert "Loaded Weights" in done.stdout
    assert "(1, 10, 10, 1024)" in done.stdout
    assert re.search(r"Model C-index on test: 0\.[78]", done.stdout)


@pytest.fixture(scope="module")
def unfilled(kit, cells) -> subprocess.CompletedProcess:
    """The exercises as they are handed out, and their visible tests."""
    setting = ["packages", "load-model", "show-image", "mean-std"]
    exercises = [f"ex{number}-{part}" for number in range(1, 5) for part in ("solution", "test")]
    return run_cells(kit, [cells[name] for name in [*setting, *exercises]])


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_visible_test_tells_an_unfilled_student_so(unfilled, number):
    assert unfilled.returncode == 1
    assert unfilled.stderr.count("Traceback") == 4, unfilled.stderr[-2000:]
    assert re.search(
        rf"ExerciseError: Exercise {number} is not filled in yet: all \d+ places", unfilled.stderr
    ), unfilled.stderr[-2000:]


POINTING = ("pointing-masks", "pointing-game", "pointing-share", "pointing-look")


@pytest.mark.slow
@pytest.mark.parametrize("without", ["masks", "pictures that they are of"])
def test_the_pointing_game_says_so_where_there_is_nothing_to_point_at(kit, cells, without):
    """A course with radiographs of its own has no masks, or still has those of ours."""
    file = kit / "data/nih_new" / ("test-masks.json" if without == "masks" else "test.csv")
    content = file.read_bytes()
    file.unlink()
    if without != "masks":
        file.write_bytes(content.replace(b"SYN", b"000"))
    try:
        done = run_cells(kit, [cells["packages"], *(cells[name] for name in POINTING)])
    finally:
        file.write_bytes(content)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[1:] == [
        "There are no masks for these pictures: read on at section 2."
    ]


def test_the_kits_licence_is_the_projects(kit):
    assert (kit / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_requirements_are_the_locks_versions(kit):
    lock = (ROOT / "requirements.lock").read_text()
    for line in (kit / "requirements.txt").read_text().splitlines():
        assert f"{line.split(' ;')[0]} " in lock, line
