"""A check in the notebook's own process, found by the course's configuration."""

import pytest

from proctor.checks import NotPassed, UndefinedError, examine
from proctor.errors import CourseError

MODULE = """
from proctor.checks import Verdict, check

@check("double", cell="UNQ_C1")
def double(student, rng):
    value = int(rng.integers(1, 9))
    got = student.double(value)
    if got == value:
        return Verdict(0.25, "The value came back.")
    return Verdict(1.0, "") if got == 2 * value else Verdict(0.0, "Not twice the value.")
"""


@pytest.fixture(autouse=True)
def course(tmp_path, monkeypatch):
    """A course, in one of whose folders a notebook runs."""
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Examine.checks = 'checks_here'\n"
    )
    (tmp_path / "checks_here.py").write_text(MODULE)
    (tmp_path / "source" / "one").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "source" / "one")
    yield tmp_path
    __import__("sys").modules.pop("checks_here", None)


def test_all_points_return_nothing():
    assert examine("double", {"double": lambda x: 2 * x}) is None


def test_some_points_are_a_number():
    assert examine("double", {"double": lambda x: x}, points=8) == 2


def test_no_points_raise_what_is_said():
    with pytest.raises(NotPassed, match="Not twice the value"):
        examine("double", {"double": lambda x: 0})
    with pytest.raises(UndefinedError):
        examine("double", {})
    with pytest.raises(ZeroDivisionError):
        examine("double", {"double": lambda x: x / 0})


def test_a_wrong_name_is_a_fault_of_the_course():
    with pytest.raises(CourseError, match="no check 'triple'; known are \\['double'\\]"):
        examine("triple", {})


def test_a_notebook_outside_of_a_course_is_told(tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(CourseError, match="no nbgrader_config"):
        examine("double", {})
