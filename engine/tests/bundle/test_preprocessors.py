"""A course's own preprocessors among nbgrader's for autograding."""

from __future__ import annotations

import sys
import textwrap

import pytest
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config, LoggingConfigurable

from proctor.bundle.preprocessors import OwnPreprocessor, load, read_lists
from proctor.errors import CourseError, Exit, SubmissionError
from proctor.nbgrader import adopt

MODULE = """
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Any, Unicode

class Insert(NbGraderPreprocessor):
    text = Unicode("x = 1").tag(config=True)
    anything = Any().tag(config=True)

    def preprocess(self, nb, resources):
        about = resources["nbgrader"]
        nb.cells[0].source += f"{self.text}, {about['student']}, {about['notebook']}"
        return nb, resources

class Mine(Execute):
    pass

def shout(nb, resources):
    nb.cells[0].source = nb.cells[0].source.upper()
    return nb, resources

def fail(nb, resources):
    raise ValueError("no <b>\\n\\x1b[1mway")

def leave(nb, resources):
    raise SystemExit(0)

class Odd(BaseException):
    pass

def odd(nb, resources):
    raise Odd

def stop(nb, resources):
    raise KeyboardInterrupt

def end(nb, resources):
    from proctor.errors import Exit

    raise Exit(143)
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    (tmp_path / "own_steps.py").write_text(textwrap.dedent(MODULE))
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    sys.modules.pop("own_steps", None)


def lists(course, change, *, adopted=True):
    c = Config()
    change(c)
    if adopted:
        adopt(c)
    return read_lists(LoggingConfigurable(config=c), course)


def test_a_course_that_adds_nothing_has_none(course):
    for adopted in (True, False):
        found = lists(course, lambda c: None, adopted=adopted)
        assert found.own == ()
        assert found.lost == ()
        assert {"LimitOutput", "AssignLatePenalties", "OverwriteCells"} <= found.names


def test_its_own_are_found_with_their_options_and_places(course):
    def change(c):
        c.Autograde.sanitize_preprocessors.append("own_steps.shout")
        c.Autograde.autograde_preprocessors.insert(0, "own_steps.Insert")
        c.Autograde.autograde_preprocessors.append("own_steps.shout")
        c.Insert.text = "y"
        c.ClearMetadataPreprocessor.enabled = True
        c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = {"nbgrader"}

    for adopted in (True, False):
        found = lists(course, change, adopted=adopted)
        mask = {"enabled": True, "preserve_cell_metadata_mask": ["nbgrader"]}
        path = f"{ClearMetadataPreprocessor.__module__}.ClearMetadataPreprocessor"
        assert found.own == (
            OwnPreprocessor("own_steps.shout", {}),
            OwnPreprocessor("own_steps.Insert", {"text": "y"}),
            OwnPreprocessor(path, mask, after=True),
            OwnPreprocessor("own_steps.shout", {}, after=True),
        )
        (said,) = found.lost
        assert "own_steps.shout changes the autograded notebook" in said


def test_what_can_not_be_run_is_named(course):
    class Inside(LoggingConfigurable):
        pass

    def change(c):
        c.Autograde.sanitize_preprocessors = ["own_steps.Insert", Inside]
        c.Autograde.autograde_preprocessors = ["own_steps.Mine", lambda nb, resources: (nb, {})]
        c.Insert.anything = print

    found = lists(course, change)
    assert found.own == ()
    said = "\n".join(found.lost)
    assert "Insert is not run: its option anything can't be sent" in said
    assert "Inside is not run: workers can't import it" in said
    assert "Mine is not run: it runs the notebook, which is done in the sandbox" in said
    assert "<lambda> is not run" in said
    assert "c.Autograde.sanitize_preprocessors is without OverwriteCells" in said
    assert "without LimitOutput" not in said
    assert found.names.isdisjoint(["LimitOutput", "AssignLatePenalties"])


def test_what_is_switched_off_is_not_there(course):
    def change(c):
        c.Autograde.sanitize_preprocessors.append("own_steps.Insert")
        c.Insert.enabled = False
        c.AssignLatePenalties.enabled = False

    found = lists(course, change)
    assert found.own == ()
    assert "AssignLatePenalties" not in found.names
    assert "LimitOutput" in found.names


@pytest.mark.parametrize("name", ["own_steps.Absent", "absent.One", "nonsense"])
def test_one_that_is_not_there_stops_the_command(course, name):
    with pytest.raises(CourseError, match="can't be imported") as caught:
        lists(course, lambda c: c.Autograde.autograde_preprocessors.append(name))
    assert caught.value.where == "c.Autograde.autograde_preprocessors"


def test_workers_run_them_in_order(course, monkeypatch):
    monkeypatch.syspath_prepend(str(course))
    found = [
        OwnPreprocessor("own_steps.Insert", {"text": "y"}),
        OwnPreprocessor("own_steps.shout", {}),
        OwnPreprocessor("own_steps.Insert", {"text": "after"}, after=True),
    ]
    about = {"assignment": "a", "notebook": "n", "student": "ann"}
    nb = new_notebook(cells=[new_code_cell("z = ")])
    nb = load(found).apply(nb, after=False, name="n", about=about)
    assert nb.cells[0].source == "Z = Y, ANN, N"
    nb = load(found).apply(nb, after=True, name="n", about=about)
    assert nb.cells[0].source == "Z = Y, ANN, Nafter, ann, n"


def test_one_that_fails_sets_the_submission_aside(course, monkeypatch):
    monkeypatch.syspath_prepend(str(course))
    loaded = load([OwnPreprocessor("own_steps.fail", {})])
    with pytest.raises(SubmissionError, match=r"own_steps\.fail failed: ValueError: no") as caught:
        loaded.apply(new_notebook(), after=False, name="n", about={})
    assert "\n" not in caught.value.problem
    assert "\x1b" not in caught.value.problem


@pytest.mark.parametrize(("name", "said"), [("leave", "SystemExit: 0"), ("odd", "Odd: Odd")])
def test_one_that_exits_sets_the_submission_aside_too(course, monkeypatch, name, said):
    monkeypatch.syspath_prepend(str(course))
    loaded = load([OwnPreprocessor(f"own_steps.{name}", {})])
    with pytest.raises(SubmissionError, match=said):
        loaded.apply(new_notebook(), after=False, name="n", about={})


@pytest.mark.parametrize(("name", "passed"), [("stop", KeyboardInterrupt), ("end", Exit)])
def test_the_end_of_the_program_passes(course, monkeypatch, name, passed):
    monkeypatch.syspath_prepend(str(course))
    loaded = load([OwnPreprocessor(f"own_steps.{name}", {})])
    with pytest.raises(passed):
        loaded.apply(new_notebook(), after=False, name="n", about={})


def test_a_module_that_exits_is_the_courses_fault(course, monkeypatch):
    (course / "exits_at_once.py").write_text("import sys\nsys.exit()\n")
    with pytest.raises(CourseError, match="can't be imported: SystemExit"):
        lists(course, lambda c: c.Autograde.autograde_preprocessors.append("exits_at_once.A"))
    monkeypatch.syspath_prepend(str(course))
    with pytest.raises(CourseError, match="can't be used: SystemExit"):
        load([OwnPreprocessor("exits_at_once.A", {})])


def test_one_that_a_worker_has_not_is_the_courses_fault():
    with pytest.raises(CourseError, match="can't be used"):
        load([OwnPreprocessor("absent.One", {})])
