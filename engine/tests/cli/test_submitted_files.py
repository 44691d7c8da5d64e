"""A class whose files came from everywhere: graded, noted, and a page for everybody."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbgrader.api import Gradebook

from engine.tests.coursework import cell, notebook
from proctor.cli import EXIT_ATTENTION
from proctor.results import Receipt

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

NAMES = ("problem1", "problem2")
SOLUTION = "import pathlib\n### BEGIN SOLUTION\ndef f(x): return x\n### END SOLUTION"
RIGHT, WRONG = "def f(x): return x", "def f(x): return 0  # größer"
READS = "import pathlib\ndef f(x): return int(pathlib.Path('own.txt').read_text()) * x"
ODD = "o'neil [x] & 100% é{}"


def old_format(nb):
    """A notebook as IPython 2 wrote it."""
    cells = [
        {"cell_type": "code", "input": c.source, "metadata": c.metadata, "outputs": []}
        for c in nb.cells
    ]
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]})


@pytest.fixture(scope="module")
def course(tmp_path_factory, run):
    """The folder, with everything graded and a page for everybody; and what was printed."""
    root = tmp_path_factory.mktemp("files")
    config = "from proctor.adoption import adopt\nc = get_config()\nadopt(c)\n"
    config += "c.Examine.verdict = 'in-kernel'\n"
    (root / "nbgrader_config.py").write_text(config)
    (root / "source" / "hw").mkdir(parents=True)
    for name in NAMES:
        cells = [
            cell("f", "solution", SOLUTION),
            cell("test", "test", f"assert f(3) == 3  # {name}"),
        ]
        nbformat.write(notebook(cells), root / "source" / "hw" / f"{name}.ipynb")
    done = run(root, "release", "hw")
    assert done.returncode == 0, done.stderr

    def solved(name, answer=RIGHT):
        nb = nbformat.read(root / "release" / "hw" / f"{name}.ipynb", as_version=4)
        nb.cells[0].source = answer
        return nb

    one, two = map(solved, NAMES)
    submissions = {
        "renamed/hw": {"Problem 1 (1).ipynb": one, "problem2.ipynb": two},
        "spelt/HW": {"problem1.ipynb": one, "problem2.ipynb": two},
        "Twin/hw": {"problem1.ipynb": one, "problem2.ipynb": two},
        "twin/hw": {"problem1.ipynb": one, "problem2.ipynb": two},
        "inside/hw": {
            "a/problem1.ipynb": solved("problem1", READS), "a/problem2.ipynb": two,
            "a/own.txt": "1",
        },
        "partly/hw": {"problem1.ipynb": one, "problem2.ipynb": ""},
        "one-only/hw": {"problem1.ipynb": one},
        "unclear/hw": {
            "problem1 (1).ipynb": one, "problem1 (2).ipynb": solved("problem1", WRONG),
            "problem2.ipynb": two,
        },
        "windows/hw": {
            "problem1.ipynb": nbformat.writes(solved("problem1", WRONG)).encode("cp1252"),
            "problem2.ipynb": nbformat.writes(solved("problem2", RIGHT + "  # ä")).encode("cp1252"),
        },
        "swapped/hw": {"problem1.ipynb": two, "problem2.ipynb": one},
        "old/hw": {"problem1.ipynb": old_format(one), "problem2.ipynb": old_format(two)},
        "web/hw": {f"{name}.ipynb": "<!DOCTYPE html>Sign in" for name in NAMES},
        f"{ODD}/hw": {"problem1.ipynb": one, "problem2.ipynb": two},
    }  # fmt: skip
    for folder, files in submissions.items():
        for name, content in files.items():
            path = root / "submitted" / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes | str):
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
            else:
                nbformat.write(content, path)
    done = run(root, "grade", "hw", "--jobs=2")
    assert done.returncode == EXIT_ATTENTION, done.stderr
    pages = run(root, "feedback", "hw")
    assert pages.returncode == 0, pages.stderr
    return root, done.stdout


@pytest.fixture(scope="module")
def receipts(course):
    found = {}
    for path in course[0].glob("autograded/**/*.receipt.json"):
        found[path.parent.parent.name, path.name.split(".")[0]] = Receipt.from_json(
            path.read_text()
        )
    return found


@pytest.mark.parametrize(
    ("student", "scores", "attention"),
    [
        ("renamed", (1, 1), ()),
        ("spelt", (1, 1), ()),
        ("Twin", (1, 1), ()),
        ("inside", (1, 1), ()),
        ("partly", (1, 0), ("problem2",)),
        ("one-only", (1, 0), ()),
        ("unclear", (0, 1), ("problem1",)),
        ("windows", (0, 1), ("problem1",)),
        ("swapped", (1, 1), NAMES),
        ("old", (1, 1), ()),
        ("web", (0, 0), NAMES),
        (ODD, (1, 1), ()),
    ],
)
def test_each_gets_what_its_notebooks_earn(course, receipts, student, scores, attention):
    own = [receipts[student, name] for name in NAMES]
    assert tuple(receipt.score for receipt in own) == scores
    assert [r.notebook for r in own if r.status != "graded"] == [f"{n}.ipynb" for n in attention]
    with Gradebook(f"sqlite:///{course[0] / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission("hw", student).score == sum(scores)


@pytest.mark.parametrize(
    ("student", "name", "words"),
    [
        ("partly", "problem2", "an empty file"),
        ("unclear", "problem1", "2 files may be it: problem1 (1).ipynb, problem1 (2).ipynb"),
        ("windows", "problem1", "read as Windows-1252"),
        ("swapped", "problem1", "its cells are those of problem2.ipynb"),
        ("web", "problem1", "the file is a web page"),
    ],
)
def test_the_reason_is_said(course, receipts, student, name, words):
    assert words in receipts[student, name].reason
    assert words in course[1]


def test_what_was_put_right_is_noted_and_nothing_else(receipts):
    notes = {key: receipt.notes for key, receipt in receipts.items() if receipt.notes}
    for name in NAMES:
        handed_out, edited = notes.pop(("swapped", name))
        assert handed_out.startswith(f"it was handed out as {NAMES[NAMES[0] == name]}.ipynb")
        assert edited == "the locked cell test was edited"
        assert "Windows-1252" in str(notes.pop(("windows", name)))
    assert notes == {
        ("renamed", "problem1"): ("it was handed in as Problem 1 (1).ipynb",),
        ("spelt", "problem1"): ("it was handed in in the folder HW",),
        ("inside", "problem1"): ("it was handed in as a/problem1.ipynb",),
        ("inside", "problem2"): ("it was handed in as a/problem2.ipynb",),
    }


def test_ids_that_can_hardly_be_told_apart_are_named(course):
    said = [line.strip() for line in course[1].splitlines() if "nearly the same id" in line]
    assert said == [
        "Twin: there is a student of nearly the same id: twin",
        "twin: there is a student of nearly the same id: Twin",
    ]


def test_everybody_has_a_page_for_every_notebook(course):
    folders = course[0].glob("submitted/*")
    for folder in folders:
        pages = {path.name for path in (course[0] / "feedback" / folder.name / "hw").iterdir()}
        assert {f"{name}.html" for name in NAMES} <= pages, folder.name
    assert len([*(course[0] / "feedback" / ODD / "hw").iterdir()]) == 2
    absent = (course[0] / "feedback" / "one-only" / "hw" / "problem2.html").read_text()
    assert "This notebook was not handed in." in absent
