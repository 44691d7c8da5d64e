import sys
from pathlib import Path

import pytest

from proctor import doctor
from proctor.doctor import database, disks, memory, sandboxes, system, versions


def test_versions_and_system_are_named():
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in system().value
    assert "nbgrader" in versions().value


def test_memory_that_is_less_than_a_notebook_may_take_is_said(monkeypatch):
    assert memory(0).level == "ok"
    monkeypatch.setattr(doctor, "_free_in_group", lambda: 100 << 20)
    assert memory(4096).level == "note"
    assert "memory_mib" in memory(4096).remedy


@pytest.mark.parametrize(("free", "level"), [(10 << 30, "ok"), (1 << 20, "note")])
def test_disks(monkeypatch, tmp_path, free, level):
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    assert [finding.level for finding in disks(tmp_path)] == [level] * 2


def test_a_folder_that_can_not_be_written_is_a_problem(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
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


@pytest.fixture
def found(monkeypatch):
    """What is found on a machine with some problems, by name."""

    def look(
        asked="auto",
        abi=7,
        groups=("some",),
        root=False,
        closed=None,
        program="/usr/bin/bwrap",
        **problems,
    ):
        def resolved(kind):
            if kind != "auto":
                return kind
            return next(k for k in ("namespaces", "confined", "none") if k not in problems)

        monkeypatch.setattr(doctor, "problem_with", problems.get)
        monkeypatch.setattr(doctor, "resolve", resolved)
        monkeypatch.setattr(doctor, "landlock_abi", lambda: abi)
        monkeypatch.setattr(doctor, "parents", lambda: groups)
        monkeypatch.setattr(doctor, "reserve_user", lambda: User() if root else None)
        monkeypatch.setattr(doctor, "first_unreadable", lambda _: closed)
        monkeypatch.setattr(doctor.os, "geteuid", lambda: 0)
        monkeypatch.setattr(doctor.shutil, "which", lambda _: program)
        monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: Done)
        monkeypatch.setattr(
            doctor, "stronger_sandbox_hint", lambda k: "get more" if k == "confined" else None
        )
        return {finding.name: finding for finding in sandboxes(asked)}

    class User:
        def close(self):
            pass

    class Done:
        stdout = "bubblewrap 0.9\n"

    return look


def test_a_machine_that_has_everything_needs_nothing(found):
    all_of_it = found(root=True)
    assert {finding.level for finding in all_of_it.values()} == {"ok"}
    assert all_of_it["sandbox"].value == "namespaces"
    assert all_of_it["bubblewrap"].value == "bubblewrap 0.9"


@pytest.mark.parametrize(
    ("machine", "name", "word"),
    [
        ({"program": None, "namespaces": "no program bwrap"}, "bubblewrap", "apt install"),
        ({"namespaces": "not permitted"}, "user namespaces", "max_user_namespaces"),
        ({"abi": 0}, "Landlock", "5.13"),
        ({"abi": 3}, "Landlock", "6.12"),
        ({"groups": ()}, "control groups", "cgroup"),
        ({"root": False}, "user", "ordinary user"),
        ({"root": True, "closed": "/opt/env"}, "user", "chmod -R a+rX '/opt/env'"),
        ({"namespaces": "not permitted"}, "sandbox", "get more"),
    ],
)
def test_what_is_missing_is_a_note_with_what_to_do(found, machine, name, word):
    finding = found(**machine)[name]
    assert finding.level == "note"
    assert word in finding.remedy


def test_no_sandbox_at_all_is_a_problem(found):
    assert found(asked="none")["sandbox"].level == "problem"
