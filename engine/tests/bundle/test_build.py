import io
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from engine.tests.coursework import bundle_of
from proctor.errors import CourseError


def names(bundle):
    return zipfile.ZipFile(io.BytesIO(bundle.blob)).namelist()


def test_a_bundle_holds_what_is_needed_and_nothing_of_a_student(course, hand_in, filled):
    hand_in("ann", filled())
    bundle = bundle_of(course)
    assert names(bundle) == [
        "contents.json",
        "given/tiny_tools.py",
        "packages/tiny_checks.py",
    ] or names(bundle) == [
        "contents.json",
        "given/tiny_tools.py",
        "packages/tiny_tools.py",
        "packages/tiny_checks.py",
    ]
    assert b"### BEGIN HIDDEN TESTS" not in b"".join(
        zipfile.ZipFile(io.BytesIO(bundle.blob)).read(n) for n in names(bundle) if "given" in n
    )


def test_the_same_course_gives_the_same_bundle(course):
    first = bundle_of(course)
    (course / "tiny_checks.py").touch()
    assert bundle_of(course).hash == first.hash


@pytest.mark.parametrize("path", ["tiny_checks.py", "source/tiny/tiny_tools.py"])
def test_a_changed_test_gives_another_bundle(course, path):
    first = bundle_of(course)
    file = course / path
    file.write_text(file.read_text() + "\n# changed\n")
    assert bundle_of(course).hash != first.hash


def test_an_option_is_part_of_the_bundle(course):
    assert bundle_of(course).hash != bundle_of(course, "--full").hash


def test_data_on_another_disk_come_along_and_a_circle_ends(course, tmp_path):
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    (elsewhere / "table.csv").write_text("1,2\n")
    (course / "source" / "tiny" / "data").symlink_to(elsewhere)
    (elsewhere / "round").symlink_to(course / "source" / "tiny")
    found = [name for name in names(bundle_of(course)) if name.endswith("table.csv")]
    assert found == ["given/data/table.csv"]


@pytest.mark.parametrize("place", ["source/tiny", "lib"])
def test_a_file_that_no_memory_could_hold_is_refused_before_it_is_read(course, tmp_path, place):
    with (tmp_path / "huge.bin").open("wb") as file:
        file.truncate(10**12)
    (course / "lib").mkdir()
    (course / place / "linked.bin").symlink_to(tmp_path / "huge.bin")
    shared = ["--Sandbox.share=lib", "--Sandbox.share=lib/linked.bin"] if place == "lib" else []
    with pytest.raises(CourseError, match=r"the largest is linked\.bin, 931\.3 GiB") as caught:
        bundle_of(course, *shared)
    assert "absolute path" in caught.value.remedy


def test_hidden_tests_that_are_not_there_are_said_at_once(course):
    with pytest.raises(CourseError, match="no_such_module"):
        bundle_of(course, "--Examine.checks=no_such_module")


def test_a_notebook_without_exercises_is_a_file_like_others(course):
    helper = new_notebook(cells=[new_code_cell("def one(): return 1")])
    nbformat.write(helper, course / "source" / "tiny" / "helper.ipynb")
    (course / "source" / "tiny" / "broken.ipynb").write_text("{")
    given = [name for name in names(bundle_of(course)) if name.startswith("given")]
    assert given == ["given/helper.ipynb", "given/tiny_tools.py"]


@pytest.mark.parametrize("how", ['= {"tiny": ["./a.py"], "b": []}', '.update({"tiny": ["a.py"]})'])
def test_files_of_which_a_students_version_counts_are_nbgraders_option(course, how):
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Autograde.exclude_overwriting{how}\n")
    assert bundle_of(course).contents.kept == ("a.py",)
