import os
import subprocess
import sys

import pytest

from proctor.errors import CourseError
from proctor.sandbox.linux import namespaces
from proctor.sandbox.shared import bubblewrap
from proctor.sandbox.shared.bubblewrap import (
    nested_sandbox,
    reserve_for,
    server_command_prefix,
    zygote_command_prefix,
)

pytestmark = pytest.mark.sandbox


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sockets").mkdir()
    return tmp_path


def test_a_server_gets_namespaces_of_all_kinds_and_the_filter(plan, folder):
    with server_command_prefix(plan, folder) as (command, needed):
        assert "--unshare-all" in command
        assert command[command.index("--seccomp") + 1] == str(needed[0])
        assert os.pread(needed[0], 9, 0)
        assert command[command.index("/proc") - 1] == "--proc"
    assert folder.joinpath("passwd").read_text().startswith("student:")


def test_where_there_is_no_filter_for_the_processor_there_is_none(plan, folder, monkeypatch):
    monkeypatch.setattr(bubblewrap, "compiled", lambda _: None)
    with server_command_prefix(plan, folder) as (command, needed):
        assert "--seccomp" not in command
        assert needed == ()


def test_a_zygote_sees_the_graders_processes_and_a_server_of_it_only_its_own(plan, folder):
    around = zygote_command_prefix(plan, folder)
    assert "--unshare-pid" not in around
    assert "--unshare-net" in around
    assert around[around.index("/proc") - 1] == "--bind"
    inside = nested_sandbox("abc", 5, 7)
    assert "--unshare-all" in inside
    assert inside[inside.index("/proc") - 1] == "--proc"
    assert inside[inside.index("/sockets/abc") + 1] == "/sockets"


@pytest.mark.parametrize("offered", ["--disable-userns", ""])
def test_where_namespaces_of_users_can_be_switched_off_they_are(plan, folder, monkeypatch, offered):
    monkeypatch.setattr(namespaces, "_help_text", lambda _: offered)
    with server_command_prefix(plan, folder) as (command, _):
        assert ("--disable-userns" in command) == bool(offered)
    assert ("--disable-userns" in nested_sandbox("abc", 5, 7)) == bool(offered)
    # Its servers' sandboxes are made in it.
    assert "--disable-userns" not in zygote_command_prefix(plan, folder)


def test_without_bubblewrap_the_error_says_what_to_do(plan, folder, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CourseError, match="apt install bubblewrap"):
        zygote_command_prefix(plan, folder)


ATTEMPTS = """
import os, sys
def outcome(action):
    try:
        action()
    except OSError:
        return "no"
    return "YES"
settings = (
    lambda: open("/proc/sys/kernel/core_pattern", "r+"),
    lambda: open("/proc/sys/vm/drop_caches", "w"),
    lambda: open("/proc/sysrq-trigger", "w"),
    lambda: open("/usr/bin/new", "w"),
)
devices = (
    lambda: os.chmod("/dev/null", 0o666),
    lambda: os.chown("/dev/null", 1000, 1000),
    lambda: os.utime("/dev/zero", (1, 1)),
)
print(*map(outcome, settings), *map(outcome, devices if sys.argv[1] else ()))
open("/dev/null", "w").write("x")
"""


@pytest.mark.parametrize("as_user", [True, False])
def test_nothing_of_the_machine_can_be_changed_without_landlock_either(plan, folder, as_user):
    """No strength relies on one layer: here bubblewrap and its filter are all there is."""
    user = reserve_for(plan, folder) if as_user else None
    try:
        with server_command_prefix(plan, folder, user) as (command, needed):
            # Root outside is kept from devices by a filter that is not in force here.
            other = user is not None or os.geteuid() != 0
            program = [*command, sys.executable, "-c", ATTEMPTS, "devices" if other else ""]
            done = subprocess.run(program, pass_fds=needed, capture_output=True, text=True)
    finally:
        if user is not None:
            user.close()
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["no"] * (7 if other else 4)
