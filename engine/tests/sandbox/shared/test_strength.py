"""Which sandbox is taken: the strongest that works, and none only when it is asked for by name."""

import os

import pytest

from proctor.errors import CourseError
from proctor.sandbox.shared import strength
from proctor.sandbox.shared.strength import parse_kind, problem_with, resolve, stronger_sandbox_hint

pytestmark = pytest.mark.sandbox


@pytest.fixture
def machine(monkeypatch):
    """A machine on which some sandboxes have problems."""

    def made(**problems):
        monkeypatch.setattr(strength, "problem_with", problems.get)

    return made


@pytest.mark.parametrize(
    ("problems", "kind"),
    [
        ({}, "namespaces"),
        ({"namespaces": "no program bwrap"}, "confined"),
        ({"confined": "no Landlock"}, "namespaces"),
    ],
)
def test_the_strongest_that_works_is_taken(machine, problems, kind):
    machine(**problems)
    assert resolve("auto") == kind


def test_where_none_works_nothing_runs(machine):
    machine(namespaces="no program bwrap", confined="no Landlock here")
    with pytest.raises(CourseError, match="no program bwrap; confined: no Landlock here") as raised:
        resolve("auto")
    assert "--sandbox none" in str(raised.value)
    assert resolve("none") == "none"


@pytest.mark.parametrize("asked", ["namespaces", "confined"])
def test_what_is_insisted_on_is_taken_or_refused(machine, asked):
    machine()
    assert resolve(asked) == asked
    machine(**{asked: "out of order"})
    with pytest.raises(CourseError, match="out of order"):
        resolve(asked)


def test_what_the_program_says_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert problem_with("namespaces") == "no program bwrap"
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.defpath}")
    assert "No permissions" in problem_with("namespaces")
    assert "allow user namespaces" in stronger_sandbox_hint("confined")


def test_a_weaker_sandbox_says_what_is_missing_for_the_stronger_one(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "install bubblewrap" in stronger_sandbox_hint("confined")
    assert stronger_sandbox_hint("namespaces") is None
    assert stronger_sandbox_hint("none") is None


def test_an_old_kernel_can_not_confine(monkeypatch):
    monkeypatch.setattr(strength, "landlock_abi", lambda: 0)
    strength._confined_problem.cache_clear()
    assert "Landlock" in problem_with("confined")
    strength._confined_problem.cache_clear()


def test_the_earlier_name_is_known():
    assert parse_kind("bubblewrap") == "namespaces"
    assert parse_kind("auto") == "auto"
