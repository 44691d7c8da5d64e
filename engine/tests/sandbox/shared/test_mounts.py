import sys
from pathlib import Path

import pytest

from proctor.errors import CourseError
from proctor.sandbox.shared.mounts import mounts_of

pytestmark = pytest.mark.sandbox


@pytest.fixture
def given(tmp_path):
    folder = tmp_path / "course" / "source" / "lesson"
    (folder / "data" / "deep").mkdir(parents=True)
    (folder / "data" / "deep" / "a.csv").touch()
    (folder / "mixed").mkdir()
    (folder / "mixed" / "kept.txt").touch()
    (folder / "mixed" / "answers.ipynb").touch()
    (folder / "lesson.ipynb").touch()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "image.png").touch()
    (folder / "images").symlink_to(elsewhere)
    (folder / "broken").symlink_to("nowhere")
    return folder


def look(given, **options):
    given_options = {"packages": [], "hidden": [], "leave_out": []}
    return mounts_of(course=given.parent.parent, given=given, **{**given_options, **options})


def test_notebooks_are_never_given_and_links_are_followed_from_outside(given):
    names = dict(look(given).given)
    assert set(names) == {"data", "mixed/kept.txt", "images/image.png"}
    assert names["images/image.png"] == given.parent.parent.parent / "elsewhere" / "image.png"


def test_what_is_left_out_is_left_out_at_every_depth(given):
    assert set(dict(look(given, leave_out=["*.csv", "mixed"]).given)) == {"images/image.png"}


def test_course_packages_are_shown_and_hidden_tests_are_not(given, course_package):
    hidden = course_package / "hidden_tests"
    mounts = look(given, packages=["course_package"], hidden=["course_package.hidden_tests"])
    assert course_package in mounts.folders
    assert mounts.hidden == (hidden,)
    beside = course_package.parent.parent / "tiny_course"
    assert not any(beside.is_relative_to(folder) for folder in mounts.folders)
    arguments = list(mounts.arguments(Path("/s"), Path("/p"), 1))
    assert arguments.index(str(hidden)) > arguments.index(str(course_package))


def test_modules_of_a_folder_to_search_go_before_what_this_process_would_find(given, tmp_path):
    for name in ("course_package", "course_package/hidden_tests"):
        (tmp_path / "packages" / name).mkdir(parents=True)
        (tmp_path / "packages" / name / "__init__.py").touch()
    mounts = look(
        given,
        packages=["course_package"],
        hidden=["course_package.hidden_tests"],
        search=tmp_path / "packages",
    )
    assert not any(folder.name == "course_package" for folder in mounts.folders)
    assert mounts.hidden == (tmp_path / "packages" / "course_package" / "hidden_tests",)
    assert "/modules/course_package/hidden_tests" in list(
        mounts.arguments(Path("/s"), Path("/p"), 1)
    )


def test_hidden_tests_outside_of_what_is_shown_need_no_mask(given):
    assert look(given, hidden=["no_such_module"]).hidden == ()


def test_a_module_of_the_environment_is_not_shown_twice(given):
    mounts = look(given, packages=["numpy", "json"])
    assert not any(folder.name == "numpy" for folder in mounts.folders)
    assert Path(sys.prefix) in mounts.folders


def test_a_course_that_would_be_visible_as_a_whole_is_refused(given, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(given.parent.parent.parent))
    with pytest.raises(CourseError, match="notebooks could read the whole course"):
        look(given)
