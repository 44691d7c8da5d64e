import pytest

from benchmarks.adoption import meant
from benchmarks.adoption.compare import Difference
from benchmarks.adoption.courses import PublicCourse
from benchmarks.adoption.meant import Meant
from benchmarks.adoption.page import counted, page
from benchmarks.adoption.trial import Row

COURSES = [PublicCourse("some/body", kernels=("xpython",)), PublicCourse("any/body")]


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setattr(meant, "MEANT", (Meant("It is safer.", stock="^unsafe"),))
    differences = [Difference(f"place-{n}", "unsafe | <b>", "safe") for n in range(8)]
    return [
        Row("some/body", "one", 10, 20, 1.5, 2.0, [], [], "", ["/home/a.csv", "nltk.corpus"]),
        Row("some/body", "two", 3, 4, 0.0, 1.0, ["a note"], [Difference("p", "x", "y")], ""),
        Row("any/body", "three", 1, 1, 1.0, 1.0, [], differences, ""),
        Row("any/body", "four", 0, 0, 0.0, 0.0, [], [], "released: RuntimeError: no"),
    ]


def test_rows_are_counted(rows):
    assert counted(rows) == {
        "adoption_assignments": 4,
        "adoption_released_cells": 14,
        "adoption_scores": 25,
        "adoption_notes": 1,
        "adoption_differences_meant": 8,
        "adoption_differences_not_meant": 1,
    }


def test_the_page_has_all_assignments_and_the_reasons(rows):
    text = page(COURSES, rows, {"some/body": "abc, 2020-01-01"})
    lines = text.splitlines()
    assert "git clone https://github.com/some/body some+body   # abc, 2020-01-01" in lines
    assert "`xpython` of some/body" in text
    assert "| one | 10 | 1.5 of 2 | `a.csv`, `nltk.corpus` | 20 |  |" in lines
    assert "| four | 0 |  |  | 0 |  |" in lines
    assert lines.index("**Not explained.**") < lines.index("**It is safer.**")
    assert "- some/body, two: p: with nbgrader x, with the engine y" in lines
    first = "with nbgrader unsafe \\| &lt;b>, with the engine safe"
    assert f"- any/body, three: place-0: {first}" in lines
    assert "- and 2 more" in lines
    assert "- any/body, four: not released: RuntimeError: no" in lines
