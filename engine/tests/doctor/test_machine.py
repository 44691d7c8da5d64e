import sys
from pathlib import Path

import pytest

from proctor.doctor import machine
from proctor.doctor.machine import database, disks, memory, system, versions


def test_versions_and_system_are_named():
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in system().value
    assert "nbgrader" in versions().value


def test_memory_that_is_less_than_a_notebook_may_take_is_said(monkeypatch):
    assert memory(0).level == "ok"
    monkeypatch.setattr(machine, "_free_in_group", lambda: 100 << 20)
    assert memory(4096).level == "note"
    assert "memory_mib" in memory(4096).remedy


@pytest.mark.parametrize(("free", "level"), [(10 << 30, "ok"), (1 << 20, "note")])
def test_disks(monkeypatch, tmp_path, free, level):
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage)
    assert [finding.level for finding in disks(tmp_path)] == [level] * 2


def test_a_folder_that_can_not_be_written_is_a_problem(monkeypatch, tmp_path):
    monkeypatch.setattr(machine.os, "access", lambda *_: False)
    assert {finding.level for finding in disks(tmp_path)} == {"problem"}


def test_a_gradebook_that_answers_and_one_that_is_not_made_yet(course, tmp_path):
    assert database(f"sqlite:///{course / 'gradebook.db'}").value.endswith("answers")
    assert "first release" in database(f"sqlite:///{tmp_path / 'none.db'}").value
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("url", ["postgresql+psycopg2://x:secret@localhost:1/y", "nothing"])
def test_a_gradebook_that_does_not_answer_is_a_problem_without_its_password(url):
    finding = database(url)
    assert finding.level == "problem"
    assert "secret" not in finding.value


def test_a_broken_file_is_a_problem(tmp_path):
    (tmp_path / "gradebook.db").write_text("no database " * 100)
    found = database(f"sqlite:///{Path(tmp_path, 'gradebook.db')}")
    assert found.level == "problem"
