import logging
from contextlib import contextmanager

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from proctor.errors import SubmissionError
from proctor.execution import runner
from proctor.execution.notebook_run import CourseSettings
from proctor.execution.outside import TestSetting
from proctor.execution.runner import Examine, Runner
from proctor.execution.session import CellRun, Limits
from proctor.sandbox.host.forkserver import ServerLostError
from proctor.sandbox.shared.limits import ResourceLimits


class Slot:
    link = None


class Server:
    sandbox = "made up"

    @contextmanager
    def notebook(self, files, limits):
        yield Slot()


class Session:
    def run(self, source):
        return CellRun(outputs=[])


@pytest.fixture
def run(monkeypatch):
    """Run a notebook of one cell in sessions of which the first ones are lost."""

    def run(lost):
        started = []

        @contextmanager
        def session(slot, **_):
            started.append(1)
            if len(started) <= lost:
                raise ServerLostError
            yield Session()

        monkeypatch.setattr(runner, "open_session", session)
        nb = new_notebook(cells=[new_code_cell("1")])
        course = CourseSettings(checks={}, demonstration="")
        log = logging.getLogger("test")
        one = Runner(course, Server, TestSetting(), Limits(), ResourceLimits(), log)
        return one.run(nb, b"", lambda _: 0), len(started)

    return run


@pytest.mark.parametrize("lost", [0, 1])
def test_a_notebook_is_run_once_more_if_its_server_is_lost(run, lost):
    examined, started = run(lost)
    assert examined.sandbox == "made up"
    assert examined.lost is None
    assert started == lost + 1


def test_a_notebook_that_loses_two_servers_is_given_up(run):
    with pytest.raises(SubmissionError, match="ended twice while the notebook ran: "):
        run(2)


@pytest.mark.parametrize(
    ("section", "timeout", "cell", "notebook"),
    [
        ("Execute", 300, 300, 3000),
        ("ExecutePreprocessor", 20, 20, 600),
        ("Execute", None, 0, 0),
        ("Execute", -1, 0, 0),
    ],
)
def test_a_time_limit_that_the_course_has_set_for_nbgrader_holds(section, timeout, cell, notebook):
    config = Config({section: {"timeout": timeout}})
    found = Examine(config=config)
    assert (found.cell_seconds, found.notebook_seconds) == (cell, notebook)
    config.Examine.cell_seconds, config.Examine.notebook_seconds = 7, 8
    found = Examine(config=config)
    assert (found.cell_seconds, found.notebook_seconds) == (7, 8)


def test_without_a_limit_of_the_courses_there_is_ours():
    found = Examine(config=Config({"Execute": {"allow_errors": True}}))
    assert (found.cell_seconds, found.notebook_seconds) == (60, 600)


@pytest.mark.parametrize("enabled", [True, False])
def test_what_the_course_ignores_is_ignored_where_it_has_enabled_that(enabled):
    config = Config({"IgnorePattern": {"enabled": enabled, "pattern": "Warning"}})
    assert Examine(config=config).ignored_errors == ("Warning" if enabled else "")


def test_tags_mean_something_only_where_the_course_says_so():
    assert (Examine().demonstration_tag, Examine().when_needed_tag) == ("", "")


def test_the_tag_of_cells_that_are_not_run_is_nbgraders():
    assert Examine().skipped_tag == "skip-execution"
    found = Examine(config=Config({"Execute": {"skip_cells_with_tag": "later"}}))
    assert found.skipped_tag == "later"
    assert found.tags_not_run == ("later",)
