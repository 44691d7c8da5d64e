"""The record of an assignment's releases."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory

from engine.tests.coursework import cell, notebook
from proctor.grading.release_history import releases_of
from proctor.submission.releases import put_stamp


@pytest.fixture
def release(tmp_path):
    """Release a notebook with a text, and get the record."""

    def done(text, stamped=True):
        nb = notebook([cell("a", "solution", text)])
        if stamped:
            put_stamp(nb)
        folder = tmp_path / "release" / "tiny"
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, folder / "n.ipynb")
        return releases_of(CourseDirectory(root=str(tmp_path)), "tiny")

    return done


def test_each_release_is_written_down_once(release):
    (first,) = release("x = 1")
    assert release("x = 1") == (first,)
    again = release("x = 2")
    assert [one.number for one in again] == [1, 2]
    # An earlier text is a new release, and the present one.
    third = release("x = 1")
    assert [one.number for one in third] == [1, 2, 3]
    assert third[0].stamps == third[2].stamps
    assert "UTC" in first.when


def test_without_stamps_nothing_is_known(release, tmp_path):
    assert release("x = 1", stamped=False) == ()
    assert not (tmp_path / ".proctor").exists()


@pytest.mark.parametrize("damage", ["", "[]", '{"version": 1, "releases": [{"x": 1}]}'])
def test_a_damaged_record_begins_anew(release, tmp_path, damage):
    release("x = 1")
    (tmp_path / ".proctor" / "tiny.releases.json").write_text(damage)
    assert [one.number for one in release("x = 2")] == [1]
