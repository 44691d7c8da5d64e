"""A release that nbgrader refuses says why, and leaves the one before."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from engine.tests.coursework import NOTEBOOK, cell


@pytest.fixture(scope="module")
def graded(released, filled, run, tmp_path_factory):
    """A course with a submission that was graded."""
    course = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(released, course)
    place = course / "submitted" / "ann" / "tiny"
    place.mkdir(parents=True)
    nbformat.write(filled(), place / NOTEBOOK)
    assert run(course, "grade", "tiny").returncode == 0
    return course


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}


def test_cells_can_not_be_added_once_there_are_submissions(graded, run):
    source = graded / "source" / "tiny" / NOTEBOOK
    nb = nbformat.read(source, as_version=4)
    nb.cells.append(cell("later", "test", "assert True"))
    nbformat.write(nb, source)
    before = content(graded / "release")
    done = run(graded, "release", "tiny")
    assert done.returncode == 2
    assert "Cannot add or remove cells for notebook 'exercise'" in done.stderr
    assert "traceback" not in done.stderr
    assert content(graded / "release") == before


def test_all_of_nbgraders_advice_is_shown(graded, run):
    source = graded / "source" / "tiny" / NOTEBOOK
    nb = nbformat.read(source, as_version=4)
    for one in nb.cells:
        if "nbgrader" in one.metadata:
            one.metadata["nbgrader"]["schema_version"] = 1
    nbformat.write(nb, source)
    before = content(graded / "release")
    done = run(graded, "release", "tiny")
    assert done.returncode == 2
    assert "update the metadata using: nbgrader update ." in " ".join(done.stderr.split())
    assert content(graded / "release") == before
