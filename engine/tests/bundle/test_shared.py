"""Files of the course outside of the assignment that notebooks see."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from engine.tests import coursework
from proctor.bundle.shared import check_shared, check_shared_files, of_the_course
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


def check(course: Path, *names: str, **options: str) -> None:
    options = {"db_url": f"sqlite:///{course / 'grades' / 'all.db'}", **options}
    check_shared(names, course, CourseDirectory(root=str(course), **options), "checks")


def check_files(course: Path, *names: str, named: tuple[str, ...] = ()) -> None:
    files = {name: course / name for name in names}
    check_shared_files(files, course, CourseDirectory(root=str(course)), "checks", named)


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


@pytest.mark.parametrize(
    ("structure", "folder"),
    [
        ("{nbgrader_step}/{assignment_id}/{student_id}", "submitted/ps1"),
        ("people/{student_id}/{nbgrader_step}/{assignment_id}", "people/ann"),
        ("{student_id}/{nbgrader_step}/{assignment_id}", "ann/submitted/ps1"),
        ("{assignment_id}/{nbgrader_step}/{student_id}", "ps1/submitted"),
        ("./work-{nbgrader_step}/{student_id}/{assignment_id}", "work-submitted"),
    ],
)
def test_submissions_are_private_wherever_they_lie(course, structure, folder):
    filled = structure.format(nbgrader_step="submitted", student_id="ann", assignment_id="ps1")
    (course / filled).mkdir(parents=True, exist_ok=True)
    check(course, "lib", directory_structure=structure)
    for name in (folder, filled.removeprefix("./")):
        with pytest.raises(CourseError, match="notebooks would see"):
            check(course, name, directory_structure=structure)


def test_sources_are_private_wherever_they_lie(course):
    (course / "ps1" / "source").mkdir(parents=True)
    (course / "ps1" / "source" / "ps1.ipynb").write_text("{}")
    structure = "{assignment_id}/{nbgrader_step}/{student_id}"
    with pytest.raises(CourseError, match="notebooks would see"):
        check(course, "ps1", directory_structure=structure)


def test_submissions_and_sources_may_lie_elsewhere(course):
    there = course.parent / "elsewhere"
    (there / "src" / "ps1").mkdir(parents=True)
    (there / "src" / "ps1" / "ps1.ipynb").write_text("{}")
    (there / "in").mkdir()
    options = {"submitted_directory": str(there / "in"), "source_directory": str(there / "src")}
    check(course, "lib", **options)
    for name in ("in", "src"):
        with pytest.raises(CourseError, match="notebooks would see"):
            check(course, str(there / name), **options)


def test_the_exchange_is_private(course):
    exchange = course.parent / "exchange"
    exchange.mkdir()
    config = Config()
    config.Exchange.root = str(exchange)
    coursedir = CourseDirectory(root=str(course), config=config)
    with pytest.raises(CourseError, match="notebooks would see"):
        check_shared([str(exchange)], course, coursedir, "")


def test_a_link_in_a_shared_folder_does_not_lead_to_what_is_private(course):
    (course / "lib" / "link").symlink_to(course / "submitted")
    with pytest.raises(CourseError, match="notebooks would see"):
        check_files(course, "lib/a.py", "lib/link/ann/ps1/ps1.ipynb")


def test_a_link_out_of_the_course_is_shared_if_the_course_names_it(course):
    (course / "lib" / "large.csv").symlink_to(course.parent / "data.csv")
    with pytest.raises(CourseError, match="is a link out of the course"):
        check_files(course, "lib/large.csv", named=("lib",))
    check_files(course, "lib/large.csv", named=("lib", "lib/large.csv"))


def test_copies_of_an_assignment_are_not_shared(course):
    nb = new_notebook(cells=[coursework.cell("answer", "solution", "x = 1")])
    for place in ("lib/old.ipynb", "release/ps1/ps1.ipynb"):
        (course / place).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, course / place)
    check_files(course, "release/ps1/ps1.ipynb")
    with pytest.raises(CourseError, match=r"answers or tests in .*old\.ipynb"):
        check_files(course, "lib/old.ipynb")


def test_a_wrong_name_is_told(course):
    with pytest.raises(CourseError, match=r"helper\.py is not there"):
        check(course, "helper.py")


def test_the_courses_own_travel_with_the_bundle():
    assert of_the_course(["lib", "/data/x"]) == [Path("lib")]
