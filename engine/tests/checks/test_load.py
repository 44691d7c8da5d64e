"""A course's checks are found in a module, or it is said what is wrong with it."""

import pytest

from proctor.checks.load import load_checks
from proctor.errors import CourseError

CHECK = "from proctor.checks import Verdict, check\n"
ONE = '@check("{0}", cell="UNQ_C1")\ndef {1}(student, rng):\n    return Verdict(1.0, "")\n'


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return a function that writes a module, and loads its checks."""
    monkeypatch.setattr("sys.path", [*__import__("sys").path])

    def load(name, source):
        (tmp_path / f"{name}.py").write_text(source)
        return load_checks(name, tmp_path)

    return load


def test_a_course_without_checks_has_none(tmp_path):
    assert load_checks("", tmp_path) == {}


def test_checks_are_found_by_their_ids(written):
    found = written("two_checks", CHECK + ONE.format("a", "f") + ONE.format("b", "g"))
    assert list(found) == ["a", "b"]


def test_a_check_that_has_two_names_is_one(written):
    assert list(written("same_check", f"{CHECK}{ONE.format('a', 'f')}g = f\n")) == ["a"]


@pytest.mark.parametrize("module", ["no_such_module", "json"])
def test_a_wrong_module_is_named(module, tmp_path):
    with pytest.raises(CourseError, match=module):
        load_checks(module, tmp_path)


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        ("no_checks", "x = 1", "has no check"),
        ("twice_checks", CHECK + ONE.format("a", "f") + ONE.format("a", "g"), "called 'a'"),
        ("broken_checks", "def f(:", "SyntaxError"),
        ("raising_checks", "1 / 0", "ZeroDivisionError"),
        ("leaving_checks", "import sys; sys.exit()", "SystemExit"),
    ],
)
def test_what_can_not_be_used_is_said(written, name, source, problem):
    with pytest.raises(CourseError, match=problem):
        written(name, source)
