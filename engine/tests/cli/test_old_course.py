"""Courses and submissions of earlier versions of nbgrader and of the notebook format."""

from __future__ import annotations

import copy

import nbformat
import pytest

from engine.tests.coursework import NOTEBOOK
from proctor.results import Receipt

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


def with_schema(nb, version):
    """A notebook as nbgrader wrote it when its metadata had another version."""
    nb = copy.deepcopy(nb)
    for one in nb.cells:
        if "nbgrader" in one.metadata:
            one.metadata["nbgrader"]["schema_version"] = version
            one.metadata["nbgrader"].pop("task", None)
    return nb


def test_old_metadata_are_updated_as_nbgrader_advises_and_old_submissions_are_graded(
    course, run, run_nbgrader, hand_in, filled
):
    source = course / "source" / "tiny" / NOTEBOOK
    newest = nbformat.read(source, as_version=4)
    nbformat.write(with_schema(newest, 2), source)
    done = run(course, "release", "tiny")
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "back up your class files directory" in said.replace("*", "")
    assert "nbgrader update ." in said
    assert run_nbgrader(course, "update", "source").returncode == 0
    updated = nbformat.read(source, as_version=4)
    for version in (1, 2):
        hand_in(f"schema{version}", with_schema(filled(), version))
    # What came before format 4, where cells were in worksheets.
    source.write_text(nbformat.v3.writes_json(nbformat.convert(updated, 3)))
    done = run(course, "release", "tiny")
    assert done.returncode == 0, done.stderr
    released = nbformat.read(course / "release" / "tiny" / NOTEBOOK, as_version=4)
    ids = [one.metadata.get("nbgrader", {}).get("grade_id") for one in newest.cells]
    assert [one.metadata.get("nbgrader", {}).get("grade_id") for one in released.cells] == ids
    done = run(course, "grade", "tiny")
    assert done.returncode == 0, done.stderr
    for version in (1, 2):
        path = course / "autograded" / f"schema{version}" / "tiny" / "exercise.receipt.json"
        receipt = Receipt.from_json(path.read_text())
        assert receipt.score == receipt.max_score > 0
        assert all(note.startswith("it comes from release 1") for note in receipt.notes)


def test_metadata_of_a_version_to_come_are_said_in_nbgraders_words(course, run):
    source = course / "source" / "tiny" / NOTEBOOK
    nbformat.write(with_schema(nbformat.read(source, as_version=4), 9), source)
    done = run(course, "release", "tiny")
    assert done.returncode == 2
    assert "newer version of the nbgrader metadata format" in " ".join(done.stderr.split())
