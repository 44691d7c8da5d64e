"""``proctor strength`` on the tiny course: survivors, those that are listed, and exit statuses."""

from __future__ import annotations

import json
import shutil

import pytest

from proctor.backends.base import Unit
from proctor.cell_labels import CellKey, id_labels
from proctor.cli import EXIT_ATTENTION, EXIT_ERROR
from proctor.cli.strength import _stale, _with_reason
from proctor.strength.mutants import Mutant
from proctor.strength.trial import Outcome, Trial

pytestmark = pytest.mark.sandbox


def rewrite(course, old, new):
    """Replace text in the solution cells of the instructor's notebook."""
    path = course / "source" / "tiny" / "exercise.ipynb"
    nb = json.loads(path.read_text())
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = "".join(cell["source"]).replace(old, new)
    path.write_text(json.dumps(nb))


@pytest.fixture
def course(released, tmp_path):
    return shutil.copytree(released, tmp_path / "strong")


def test_survivors_are_named_and_can_be_listed_with_a_reason(course, run):
    rewrite(course, "    ### END CODE", "    unused = 1\n    ### END CODE")
    done = run(course, "strength", "tiny", "--minimum", "100")
    assert done.returncode == EXIT_ATTENTION, done.stderr
    lines = done.stdout.splitlines()
    survivors = [line for line in lines if line.startswith("survives: ")]
    killed = [line for line in lines if line.startswith("killed by ")]
    assert survivors
    assert killed
    assert lines[-2].startswith("strength: ")
    listed = {}
    for line in survivors:
        where, _, name = line.removeprefix("survives: ").partition(": ")
        cell = where.split()[1].rstrip(",")
        listed.setdefault(cell, []).append(name)
    (course / "strength").mkdir()
    path = course / "strength" / "tiny.toml"
    text = "".join(
        f"[{json.dumps(cell)}]\n" + "".join(f'{json.dumps(n)} = "why not"\n' for n in names)
        for cell, names in listed.items()
    )
    path.write_text(text)
    done = run(course, "strength", "tiny", "--minimum", "100")
    assert done.returncode == 0, done.stdout
    assert "strength: 100%" in done.stdout
    assert "makes no difference: why not" in done.stdout
    path.write_text(text + '[nowhere]\n"x | y -> z" = "gone"\n')
    done = run(course, "strength", "tiny", "--sample", "3")
    assert done.returncode == EXIT_ATTENTION
    assert "no mutant that survives: nowhere: x | y -> z" in done.stdout


def test_a_solution_that_does_not_pass_is_an_error(course, run):
    rewrite(course, "return", "return 7 #")
    done = run(course, "strength", "tiny")
    assert done.returncode == EXIT_ERROR
    assert "double gives the instructor's solution 0 of 4 points" in done.stderr


def test_a_cell_whose_id_two_notebooks_have_is_listed_with_its_notebook():
    mutant = Mutant("x", "y", "return x", "return y", 1)
    one, two = (Outcome(Trial(name, "f", mutant, Unit("")), ()) for name in ("one", "two"))
    names = id_labels([CellKey("one", "f"), CellKey("two", "f")])
    name = " ".join(mutant.name.split())
    listed = {"one/f": {name: "why not"}, "f": {name: "whose?"}}
    found = [_with_reason(outcome, listed, names) for outcome in (one, two)]
    assert [outcome.equivalent for outcome in found] == ["why not", ""]
    assert _stale(found, listed, names) == [f"f: {name}"]
