"""What students get, handed in as it is, is noted nowhere as edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbgrader
import pytest

from engine.tests import coursework
from proctor.bundle.build import pack
from proctor.grading.core import rebuilt
from proctor.submission.read import read_notebook

GUIDE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
"""nbgrader's own example course, which ``nbgrader quickstart`` copies."""

CONFIG = """
from proctor.nbgrader import adopt
c = get_config()
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.Examine.verdict = "in-kernel"
adopt(c)
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    root = tmp_path_factory.mktemp("example")
    shutil.copytree(GUIDE / "source", root / "source")
    shutil.copyfile(GUIDE / "autotests.yml", root / "autotests.yml")
    (root / "nbgrader_config.py").write_text(CONFIG)
    return root


def restored(course, assignment):
    """The student version of each notebook, and it restored, with the notes."""
    app = coursework.command(course, assignment=assignment)
    plans = pack(app, app.coursedir, assignment).contents.notebooks
    for name, plan in plans.items():
        content = (course / "release" / assignment / f"{name}.ipynb").read_bytes()
        given, nb = (read_notebook(content, where=name) for _ in range(2))
        yield given, rebuilt(nb, plan, where=name)


@pytest.mark.parametrize("assignment", ["ps1", "ps1_autotest"])
def test_nbgraders_example_is_restored_without_a_note(example, run, assignment):
    done = run(example, "release", assignment)
    assert done.returncode == 0, done.stderr
    found = list(restored(example, assignment))
    assert len(found) == 2
    for given, result in found:
        assert result.notes == []
        assert result.unsure == frozenset()
        assert [c.source for c in result.nb.cells] == [c.source for c in given.cells]


def test_the_tiny_course_is_restored_without_a_note(course):
    ((given, result),) = restored(course, "tiny")
    assert result.notes == []
    assert len(result.nb.cells) == len(given.cells)
