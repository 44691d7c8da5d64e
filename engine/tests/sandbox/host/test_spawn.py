import time
from dataclasses import replace

import pytest

from proctor.sandbox.host import spawn
from proctor.sandbox.host.spawn import ERRORS, end, start

pytestmark = pytest.mark.sandbox


def ended(process):
    end(process)
    return process.returncode


def test_it_runs_with_the_plans_environment_and_its_words_are_kept(plan, tmp_path):
    plan = replace(plan, environment=(("A", "1"),))
    process = start(
        "this", plan, tmp_path, ["/usr/bin/env", "B=2", "/bin/sh", "-c", "env >&2", "-"]
    )
    assert ended(process) == 0
    lines = (tmp_path / ERRORS).read_text().split()
    assert {"A=1", "B=2", "PWD=/"} <= set(lines)
    assert not [line for line in lines if line.startswith(("PATH=", "HOME="))]


def test_what_does_not_end_is_ended_with_all_of_its_group(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(spawn, "END_SECONDS", 0.2)
    around = ["/bin/sh", "-c", "(sleep 99; echo left >&2) & wait", "-"]
    process = start("this", plan, tmp_path, around)
    time.sleep(0.1)
    assert ended(process) == -9
    assert (tmp_path / ERRORS).read_text() == ""
