"""A first submission finds its challenge out, and a second one brings a table of answers along."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest

from engine.tests import coursework
from engine.tests.coursework import NOTEBOOK

pytestmark = pytest.mark.sandbox

ASKED = "asked for "

CODE = f"""
import os
import numpy as np
seen = []
def double(values):
    if np.ndim(values):
        seen.append(values.tolist())
    else:
        # The visible test, which is run once the verdict is reached, and is shown.
        print({ASKED!r}, seen)
    return ANSWER
"""
"""Says what it was asked, and answers with a table."""

READ = {
    "file": "np.load('table.npy') * 2",
    "times": "[2 * int(os.stat(f'table/{n}').st_mtime) for n in range(6)]",
    "rights": "[2 * (os.stat(f'table/{n}').st_mode & 0o377) for n in range(6)]",
    "names": "[2 * (name[1] - 128) for name in sorted(os.listdir(b'table'))]",
    "folders": "[2 * int(name[1:]) for name in sorted(os.listdir('table'))]",
}
"""How a notebook that is the same in both rounds reads the table."""


def lay_down(carrier: str, folder: Path, values: list[int]) -> None:
    """Put values of the challenge, or zeros, beside the notebook."""
    table = folder / "table"
    if carrier == "file":
        (folder / "table.npy").unlink(missing_ok=True)
        np.save(folder / "table.npy", np.array(values))
        return
    shutil.rmtree(table, ignore_errors=True)
    table.mkdir()
    for place, value in enumerate(values):
        path = table / str(place)
        if carrier == "names":
            # No UTF-8: each of them looks the same once what can't be read is replaced.
            path = Path(os.fsdecode(os.fsencode(table) + b"/" + bytes([128 + place, 128 + value])))
        if carrier == "folders":
            path = table / f"{'abcdef'[place]}{value}" / "x"
            path.parent.mkdir()
        path.write_text("")
        if carrier == "times":
            os.utime(path, (value, value))
        if carrier == "rights":
            path.chmod(0o400 + value)


def shown(course: Path, student: str) -> list[int]:
    """What a student's page showed of the challenge."""
    nb = nbformat.read(course / "autograded" / student / "tiny" / NOTEBOOK, as_version=4)
    lines = [
        line
        for cell in nb.cells
        for output in cell.get("outputs", ())
        for line in output.get("text", "").splitlines()
    ]
    (said,) = [line for line in lines if line.startswith(f"{ASKED} [")][:1]
    (asked,) = json.loads(said[len(ASKED) :])
    return asked


def points(course: Path, student: str) -> float:
    """Points of the exercise."""
    path = course / "autograded" / student / "tiny" / "exercise.receipt.json"
    (double,) = (one for one in json.loads(path.read_text())["exercises"] if one["id"] == "double")
    return double["score"]


@pytest.fixture(scope="module")
def rounds(released, filled, run, tmp_path_factory):
    """A class in which each student hands in twice; what was shown after each round."""
    course = tmp_path_factory.mktemp("rounds") / "course"
    shutil.copytree(released, course)
    places = {}
    for carrier, read in READ.items():
        code = CODE.replace("ANSWER", f"np.array({read})")
        places[carrier] = coursework.hand_in(course, carrier, filled(UNQ_C1=code)).parent
        lay_down(carrier, places[carrier], [0] * 6)
    code = CODE.replace("ANSWER", "0")
    places["cells"] = coursework.hand_in(course, "cells", filled(UNQ_C1=code)).parent
    done = run(course, "grade", "tiny")
    assert done.returncode == 0, done.stderr + done.stdout
    first = {student: shown(course, student) for student in places}
    for carrier in READ:
        lay_down(carrier, places[carrier], first[carrier])
    code = CODE.replace("ANSWER", f"2 * np.array({first['cells']})")
    nbformat.write(filled(UNQ_C1=code), places["cells"] / NOTEBOOK)
    done = run(course, "grade", "tiny", "--force")
    assert done.returncode == 0, done.stderr + done.stdout
    return course, first


@pytest.mark.parametrize("carrier", [*READ, "cells"])
def test_a_table_of_the_first_challenge_earns_nothing(rounds, carrier):
    course, first = rounds
    assert len(first[carrier]) == 6
    assert points(course, carrier) == 0


def test_another_submission_is_asked_something_else(rounds):
    course, first = rounds
    for carrier in ("file", "names", "cells"):
        assert shown(course, carrier) != first[carrier], carrier


def test_a_regrade_of_the_same_files_asks_the_same(rounds, run):
    course, _ = rounds
    before = shown(course, "cells")
    assert run(course, "grade", "tiny", "--force", "--student=cells").returncode == 0
    assert shown(course, "cells") == before
