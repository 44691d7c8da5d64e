"""Files of the course outside of the assignment that notebooks see."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.bundle.shared import check_shared, of_the_course
from proctor.errors import CourseError


@pytest.fixture
def course(tmp_path):
    """A course folder."""
    for name in (
        "helpers.py", "lib/a.py", "checks/__init__.py", "source/ps1/ps1.ipynb",
        "source/ps1/data.csv", "source/common/b.py", "submitted/ann/ps1/ps1.ipynb",
        "gradebook.db", "nbgrader_config.py", ".proctor/ps1.json", "grades/all.db",
    ):  # fmt: skip
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "data.csv").write_text("a")
    return tmp_path / "course"


def check(course: Path, *names: str) -> None:
    coursedir = CourseDirectory(
        root=str(course), db_url=f"sqlite:///{course / 'grades' / 'all.db'}"
    )
    check_shared(names, course, coursedir, "checks")


@pytest.mark.parametrize(
    "name", ["helpers.py", "lib", "lib/a.py", "source/common", "source/ps1/data.csv"]
)
def test_single_files_and_folders_are_shared(course, name):
    check(course, name)


def test_what_is_not_in_the_course_is_named_by_its_absolute_path(course):
    check(course, str(course.parent / "data.csv"))
    with pytest.raises(CourseError, match="is no file or folder in the course folder"):
        check(course, "../data.csv")


@pytest.mark.parametrize(
    "name",
    [
        "source", "source/ps1", "source/ps1/ps1.ipynb", "submitted", "submitted/ann", "checks",
        "checks/__init__.py", "gradebook.db", "nbgrader_config.py", ".proctor", "grades",
    ],
)  # fmt: skip
@pytest.mark.parametrize("absolute", [False, True])
def test_nothing_private_is_shared(course, name, absolute):
    with pytest.raises(CourseError, match="notebooks would see"):
        check(course, str(course / name) if absolute else name)


def test_nor_is_the_course_or_what_it_lies_in(course):
    with pytest.raises(CourseError, match="is no file or folder"):
        check(course, ".")
    with pytest.raises(CourseError, match="notebooks would see"):
        check(course, str(course.parent))


def test_a_link_does_not_lead_to_what_is_private(course):
    (course / "innocent").symlink_to(course / "submitted")
    with pytest.raises(CourseError, match="notebooks would see"):
        check(course, "innocent")


def test_a_wrong_name_is_told(course):
    with pytest.raises(CourseError, match=r"helper\.py is not there"):
        check(course, "helper.py")


def test_the_courses_own_travel_with_the_bundle():
    assert of_the_course(["lib", "/data/x"]) == [Path("lib")]
