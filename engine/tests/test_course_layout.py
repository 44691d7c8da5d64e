"""Students' folders in every directory structure that nbgrader takes."""

from __future__ import annotations

import glob
import re

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.course_layout import submitters
from proctor.errors import CourseError

STRUCTURES = [
    "{nbgrader_step}/{student_id}/{assignment_id}",
    "{nbgrader_step}/{assignment_id}/{student_id}",
    "{student_id}/{nbgrader_step}/{assignment_id}",
    "{assignment_id}/{nbgrader_step}/student-{student_id}",
    "./all//{nbgrader_step}/{student_id}/{assignment_id}/",
]


@pytest.mark.parametrize("structure", STRUCTURES)
def test_students_are_found_as_by_nbgrader(tmp_path, structure):
    root = tmp_path / "course [1]"
    course = CourseDirectory(root=str(root), directory_structure=structure)
    for student in ("ben", "an*na", "d.e"):
        for name in ("ps1", "ps10"):
            (root / structure.format(
                nbgrader_step="submitted", student_id=student, assignment_id=name
            )).mkdir(parents=True)  # fmt: skip
    hidden = course.format_path("submitted", ".zoe", "ps1")
    (root / hidden).mkdir(parents=True)
    assert submitters(course, "ps1") == ["an*na", "ben", "d.e"]
    assert submitters(course, "ps[1]") == []
    assert submitters(course, "ps1", ".*") == [".zoe"]
    wanted = glob.escape(str(root)) + course.format_path("submitted", "*", "ps1")[len(str(root)) :]
    pattern = course.format_path("submitted", "(?P<student>.*)", "ps1", escape=True)
    if "//" not in structure:
        found = {re.match(pattern, path)["student"] for path in glob.glob(wanted)}  # noqa: PTH207
        assert found - {".zoe"} == {"an*na", "ben", "d.e"}


def test_a_broken_link_is_a_students_and_a_file_is_nobodys(tmp_path):
    course = CourseDirectory(root=str(tmp_path), directory_structure=STRUCTURES[1])
    folder = tmp_path / "submitted" / "ps1"
    folder.mkdir(parents=True)
    (folder / "link").symlink_to("nowhere")
    (folder / "notes.txt").touch()
    assert submitters(course, "ps1") == ["link"]


def test_a_structure_without_students_is_refused(tmp_path):
    course = CourseDirectory(root=str(tmp_path), directory_structure="{nbgrader_step}")
    with pytest.raises(CourseError, match="has no student"):
        submitters(course, "ps1")
