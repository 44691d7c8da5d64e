import logging
from contextlib import contextmanager

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from proctor.errors import SubmissionError
from proctor.execution import runner
from proctor.execution.notebook_run import CourseSettings
from proctor.execution.outside import TestSetting
from proctor.execution.runner import Runner
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
    with pytest.raises(SubmissionError, match="ended twice"):
        run(2)
