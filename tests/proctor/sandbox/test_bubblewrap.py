import os

import pytest

from proctor.errors import CourseError
from proctor.sandbox import bubblewrap
from proctor.sandbox.bubblewrap import around_server, around_zygote, inside_zygote


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sockets").mkdir()
    return tmp_path


def test_a_server_gets_namespaces_of_all_kinds_and_the_filter(plan, folder):
    with around_server(plan, folder) as (command, needed):
        assert "--unshare-all" in command
        assert command[command.index("--seccomp") + 1] == str(needed[0])
        assert os.pread(needed[0], 9, 0)
        assert command[command.index("/proc") - 1] == "--proc"
    assert folder.joinpath("passwd").read_text().startswith("student:")


def test_where_there_is_no_filter_for_the_processor_there_is_none(plan, folder, monkeypatch):
    monkeypatch.setattr(bubblewrap, "seccomp_filter", lambda: None)
    with around_server(plan, folder) as (command, needed):
        assert "--seccomp" not in command
        assert needed == ()


def test_a_zygote_sees_the_graders_processes_and_a_server_of_it_only_its_own(plan, folder):
    around = around_zygote(plan, folder)
    assert "--unshare-pid" not in around
    assert "--unshare-net" in around
    assert around[around.index("/proc") - 1] == "--bind"
    inside = inside_zygote("abc", 5, 7)
    assert "--unshare-all" in inside
    assert inside[inside.index("/proc") - 1] == "--proc"
    assert inside[inside.index("/sockets/abc") + 1] == "/sockets"


@pytest.mark.parametrize("offered", ["--disable-userns", ""])
def test_where_namespaces_of_users_can_be_switched_off_they_are(plan, folder, monkeypatch, offered):
    monkeypatch.setattr(bubblewrap, "_offered", lambda: offered)
    with around_server(plan, folder) as (command, _):
        assert ("--disable-userns" in command) == bool(offered)
    assert ("--disable-userns" in inside_zygote("abc", 5, 7)) == bool(offered)
    # Its servers' sandboxes are made in it.
    assert "--disable-userns" not in around_zygote(plan, folder)


def test_without_bubblewrap_the_error_says_what_to_do(plan, folder, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CourseError, match="apt install bubblewrap"):
        around_zygote(plan, folder)
