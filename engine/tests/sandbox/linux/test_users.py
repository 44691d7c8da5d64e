import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from proctor.sandbox.linux import users
from proctor.sandbox.linux.users import (
    become,
    can_pass,
    can_read,
    copy_owner,
    first_unreadable,
    first_untraversable,
    kill_abandoned,
    kill_user_processes,
    may_switch,
    reserve_user,
)

pytestmark = pytest.mark.sandbox

needs_root = pytest.mark.skipif(not may_switch(), reason="only root can run others as any user")


@pytest.fixture
def user():
    reserved = reserve_user()
    yield reserved.uid
    reserved.close()


def child(action):
    """What a forked process says, as text."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.write(write, str(action()).encode())
        except BaseException as error:
            os.write(write, type(error).__name__.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as file:
        said = file.read()
    os.waitpid(process, 0)
    return said


@needs_root
def test_two_reservations_are_two_users_that_run_nothing():
    one, other = reserve_user(), reserve_user()
    try:
        assert one.uid != other.uid
        assert {one.uid, other.uid}.isdisjoint(users._uids_in_use())
    finally:
        one.close()
        other.close()


@needs_root
def test_an_id_that_is_reserved_or_in_use_is_not_given_again(monkeypatch):
    monkeypatch.setattr(users, "_candidates", lambda: iter([1_900_000_001, 1_900_000_002]))
    first = reserve_user()
    second = reserve_user()
    assert reserve_user() is None
    first.close()
    monkeypatch.setattr(users, "_uids_in_use", lambda: iter([1_900_000_001]))
    assert reserve_user() is None
    second.close()


def test_who_is_not_root_reserves_none(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not may_switch()
    assert reserve_user() is None


@needs_root
def test_who_became_a_user_has_no_right_but_the_users(user, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)

    def look():
        become(user)
        attempts = [lambda: secret.read_text(), lambda: os.kill(os.getppid(), 0)]
        attempts += [lambda: os.setuid(0), lambda: secret.chmod(0o666)]
        return [outcome(attempt) for attempt in attempts]

    def outcome(attempt):
        try:
            attempt()
        except OSError as error:
            return type(error).__name__
        return "went through"

    assert child(look) == str(["PermissionError"] * 4)


@needs_root
def test_reading_may_be_kept_and_nothing_else(user, tmp_path):
    secret = tmp_path / "closed" / "secret"
    secret.parent.mkdir(mode=0o700)
    secret.write_text("text")
    secret.chmod(0o600)

    def look():
        become(user, reading=True)
        program = f"import os; print(os.getuid(), open({str(secret)!r}).read())"
        done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)
        return f"{secret.read_text()} {done.stdout.strip()}"

    assert child(look) == f"text {user} text"
    assert child(lambda: (become(user, reading=True), os.setuid(0))) == "PermissionError"


@needs_root
def test_whether_a_user_can_read_is_tried_out(user, tmp_path):
    tmp_path.chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    (folder / "file").write_text("x")
    assert can_read(user, [Path("/usr/lib/os-release"), Path("/etc/passwd")])
    assert not can_read(user, [Path("/etc/shadow")])
    assert not can_read(user, [tmp_path / "missing"])


@needs_root
@pytest.mark.parametrize(
    ("inside", "mode", "wanted"),
    [
        ("package/module.py", 0o600, False),
        ("package/data", 0o700, False),
        ("package/data", 0o754, False),
        ("package/__pycache__/module.pyc", 0o600, True),
        ("package/module.py", 0o644, True),
    ],
)
def test_what_only_root_may_read_is_found_however_deep(user, tmp_path, inside, mode, wanted):
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        path = Path(name, inside)
        path.parent.mkdir(parents=True)
        path.mkdir() if "." not in path.name else path.touch()
        path.chmod(mode)
        assert can_read(user, [Path(name)]) == wanted
        assert (first_unreadable([Path(name)]) == path) == (not wanted)


@needs_root
def test_all_processes_of_a_user_end_at_once(user):
    program = (
        f"import os, time; from proctor.sandbox.linux.users import become; become({user}); "
        "[os.fork() for _ in range(4)]; time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        while list(users._uids_in_use()).count(user) < 16:
            assert process.poll() is None
        kill_user_processes(user)
        assert process.wait() == -9
    # What is left of the others until init has collected it runs no more.
    left = [p for p in psutil.process_iter() if p.username() == str(user)]
    assert {process.status() for process in left} <= {psutil.STATUS_ZOMBIE}


def test_what_stands_in_the_way_is_the_uppermost_closed_folder(tmp_path):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a", tmp_path / "a" / "b"):
        folder.chmod(0o755)
    before = first_untraversable(tmp_path / "a" / "b" / "c")
    assert before is None or tmp_path.is_relative_to(before)
    (tmp_path / "a").chmod(0o700)
    found = first_untraversable(tmp_path / "a" / "b" / "c")
    assert found == (before or tmp_path / "a")


@needs_root
def test_a_new_folder_gets_the_owner_of_another(user, tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    os.chown(tmp_path / "other", user, user)
    copy_owner(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one").stat().st_uid == user


LEAVE = """
import os, sys, time
from proctor.sandbox.linux.users import become, reserve_user
user = reserve_user()
if os.fork() == 0:
    become(user.uid)
    os.closerange(3, 100)  # as kernels do
    print(os.getpid(), flush=True)
    time.sleep(1000)
input()
"""


@needs_root
def test_what_runs_as_a_killed_graders_user_ends_and_what_a_living_one_has_goes_on():
    with subprocess.Popen(
        [sys.executable, "-c", LEAVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as grader:
        left = psutil.Process(int(grader.stdout.readline()))
        kill_abandoned()
        assert left.status() in ("running", "sleeping")
        grader.kill()
        grader.wait()
    kill_abandoned()
    assert not left.is_running() or left.status() == "zombie"


@needs_root
def test_files_in_shared_memory_of_a_killed_graders_user_go():
    code = "from proctor.sandbox.linux.users import reserve_user; print(reserve_user().uid)"
    code += "; import os, signal; os.sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    user = int(done.stdout)
    left = Path(f"/dev/shm/left-{user}")  # noqa: S108 - that is what it is about
    left.touch()
    os.chown(left, user, user)
    kill_abandoned()
    assert not left.exists()


@needs_root
def test_a_lock_file_that_is_not_one_is_passed_over(tmp_path, monkeypatch):
    places = [tmp_path / name for name in ("pipe", "others", "link", "absent", "good")]
    pipe, others, link, absent, good = places
    for folder_path in places:
        if folder_path != absent:
            folder_path.mkdir()
    os.mkfifo(pipe / "proctor-users.lock")
    (others / "proctor-users.lock").touch()
    os.chown(others / "proctor-users.lock", 12345, 12345)
    (link / "proctor-users.lock").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setattr(users.tempfile, "gettempdir", lambda: str(good))
    for one, other in ((pipe, others), (link, absent)):
        monkeypatch.setattr(users, "_RUN", one)
        monkeypatch.setattr(users, "_SYSTEM", other)
        kill_abandoned()
        reserved = reserve_user()
        assert reserved is not None
        reserved.close()
    assert (good / "proctor-users.lock").is_file()
    assert not (tmp_path / "elsewhere").exists()


@needs_root
def test_without_a_place_for_the_lock_file_there_is_no_user(tmp_path, monkeypatch):
    for name in ("_RUN", "_SYSTEM"):
        monkeypatch.setattr(users, name, tmp_path / "absent")
    monkeypatch.setattr(users.tempfile, "gettempdir", lambda: str(tmp_path / "absent"))
    assert reserve_user() is None
    with pytest.raises(OSError, match="no folder"):
        kill_abandoned()


@needs_root
def test_a_folder_to_pass_through_need_not_be_readable():
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        assert can_pass(1_900_000_005, [Path("/usr")], passing=Path(name))
        assert not can_pass(1_900_000_005, [Path(name)])
        Path(name).chmod(0o700)
        assert not can_pass(1_900_000_005, [Path("/usr")], passing=Path(name))


@needs_root
def test_an_account_that_happens_to_have_such_a_number_is_left_alone():
    with subprocess.Popen(
        ["/bin/sleep", "1000"], user=1_900_000_007, group=1_900_000_007
    ) as somebody:
        kill_abandoned()
        assert somebody.poll() is None
        somebody.kill()
