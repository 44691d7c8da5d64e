"""Stamps of releases, and what a student may have made of them."""

from __future__ import annotations

import nbformat
import pytest

from engine.tests.coursework import cell, notebook
from proctor.submission.read import read_notebook
from proctor.submission.releases import (
    MALFORMED,
    Release,
    cells_for,
    origin_of,
    other_cells,
    put_stamp,
    stamp_for,
    stamp_of,
)

FIRST, SECOND = "0" * 16, "1" * 16
RELEASES = [Release(1, "Monday", {"n": FIRST}), Release(2, "Friday", {"n": SECOND, "m": FIRST})]


def test_the_same_cells_have_the_same_stamp():
    one, other = (notebook([cell("a", "solution", "x = 1")]) for _ in range(2))
    assert one.cells[0].id != other.cells[0].id
    put_stamp(one)
    put_stamp(other)
    assert stamp_of(one) == stamp_of(other) == stamp_for(one) != ""
    other.cells[0].source = "x = 2"
    assert stamp_for(other) != stamp_of(one)


def test_a_stamp_survives_a_file():
    nb = notebook([cell("a", "solution", "x = 1")])
    put_stamp(nb)
    assert stamp_of(read_notebook(nbformat.writes(nb).encode(), where="n")) == stamp_for(nb)


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ({}, ""),
        ({"proctor": None}, ""),
        ({"proctor": {"release": FIRST}}, FIRST),
        ({"proctor": {"release": f"{FIRST}\n"}}, MALFORMED),
        ({"proctor": {"release": "<script>alert(1)</script>"}}, MALFORMED),
        ({"proctor": {"release": ["0"] * 10_000}}, MALFORMED),
        ({"proctor": {"release": 7}}, MALFORMED),
        ({"proctor": {}}, MALFORMED),
        ({"proctor": "release"}, MALFORMED),
        ([], ""),
    ],
)
def test_whatever_a_student_writes_there_is_only_compared(metadata, found):
    assert stamp_of({"metadata": metadata}) == found


@pytest.mark.parametrize(
    ("notebook", "stamp", "release", "note"),
    [
        ("n", SECOND, "release 2 of Friday", ""),
        ("n", FIRST, "release 1 of Monday; graded by release 2 of Friday", "it comes from"),
        ("n", "2" * 16, "", "none of this course"),
        ("n", MALFORMED, "", "none of this course"),
        ("n", "", "", "does not say"),
        ("m", FIRST, "release 2 of Friday", ""),
        ("other", FIRST, "", ""),
    ],
)
def test_which_release_it_is_is_said(notebook, stamp, release, note):
    found, said = origin_of(notebook, stamp, RELEASES)
    assert found == release
    assert note in said
    assert bool(note) == bool(said)


def test_cells_that_changed_between_releases_are_known():
    one, two = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "4", "d": "5"}
    releases = [
        Release(1, "Monday", {"n": FIRST}, {"n": one}),
        Release(2, "Friday", {"n": SECOND}, {"n": two}),
    ]
    assert other_cells("n", FIRST, releases) == {"b", "d"}
    for stamp in (SECOND, "", MALFORMED):
        assert other_cells("n", stamp, releases) is None
    assert other_cells("m", FIRST, releases) is None


def test_a_cells_digest_is_of_what_students_see_of_it():
    nb = notebook([cell("a", "solution", "x = 1"), cell("b", "test", "x", points=1)])
    before = cells_for(nb)
    nb.cells[1].metadata["nbgrader"]["points"] = 2
    after = cells_for(nb)
    assert before["a"] == after["a"]
    assert before["b"] != after["b"]


def test_of_one_release_a_notebook_need_not_say_it():
    assert origin_of("n", "", RELEASES[:1]) == ("", "")
    assert origin_of("n", "", []) == ("", "")
    assert origin_of("n", FIRST, []) == ("", "")
