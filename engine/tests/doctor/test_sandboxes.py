import pytest

from proctor.doctor import sandboxes as module
from proctor.doctor.sandboxes import sandboxes


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

        monkeypatch.setattr(module, "problem_with", problems.get)
        monkeypatch.setattr(module, "resolve", resolved)
        monkeypatch.setattr(module, "landlock_abi", lambda: abi)
        monkeypatch.setattr(module, "parents", lambda: groups)
        monkeypatch.setattr(module, "reserve_user", lambda: User() if root else None)
        monkeypatch.setattr(module, "first_closed", lambda _: closed)
        monkeypatch.setattr(module.os, "geteuid", lambda: 0)
        monkeypatch.setattr(module.shutil, "which", lambda _: program)
        monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: Done)
        monkeypatch.setattr(module, "stronger", lambda k: "get more" if k == "confined" else None)
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
