"""The public courses, where somebody has brought them to the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.adoption.courses import COURSES
from benchmarks.adoption.meant import why
from benchmarks.adoption.trial import try_course

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("PUBLIC_COURSES") or ROOT.parent / "shared" / "courses")

pytestmark = [pytest.mark.sandbox, pytest.mark.programs, pytest.mark.slow]


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.name)
def test_all_is_as_with_nbgrader_but_what_is_meant(course):
    repository = FOLDER / course.folder
    if not repository.is_dir():
        pytest.skip(f"public courses are not at {FOLDER} (PUBLIC_COURSES names another folder)")
    # Not in a temporary folder: sandboxes have their own.
    rows = try_course(course, repository, ROOT / "build" / "tests" / course.folder)
    assert rows
    assert [note for row in rows for note in row.notes] == []
    assert [
        (row.assignment, one)
        for row in rows
        for one in row.differences
        if not why(row.course, row.assignment, one)
    ] == []
