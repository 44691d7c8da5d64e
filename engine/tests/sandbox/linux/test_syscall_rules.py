"""What the lists refuse, call by call, as the kernel would read the program."""

import errno

import pytest

from engine.tests.sandbox.linux.test_seccomp import ALLOW, verdict
from proctor.sandbox.linux.syscall_numbers import MACHINES, number
from proctor.sandbox.linux.syscall_rules import BASE, SILENTLY_IGNORED, confined

pytestmark = pytest.mark.sandbox

CONFINED = (*confined(landlock=7, process=None), *BASE)
OLD = (*confined(landlock=2, process=4321), *BASE)


@pytest.fixture(params=list(MACHINES))
def asked(request):
    """What becomes of a call: None where it goes through, else the error it gives."""

    def ask(name, *arguments, rules=BASE):
        found = number(name, request.param)
        said = verdict(request.param, found, MACHINES[request.param], arguments, rules)
        return None if said == ALLOW else said & 0xFFFF

    return ask


@pytest.mark.parametrize(
    ("call", "own", "others"),
    [
        ("prlimit64", (0, 7, 1), (2, 7, 1)),
        ("setpriority", (0, 0, 5), (0, 2, 5)),
        ("setpriority", (0, 0, 5), (2, 0, 5)),
        ("ioprio_set", (1, 0, 5), (1, 2, 5)),
        ("ioprio_set", (1, 0, 5), (3, 0, 5)),
        ("prctl", (38, 1, 0), (62, 2, 5)),
        ("clone", (0x003D0F00,), (0x10000011,)),
        ("clone", (0x11,), (0x8011,)),
        ("fcntl", (3, 3, 0), (3, 1024, 1)),
        ("fcntl", (3, 5, 0), (3, 8, 2)),
        ("fcntl", (3, 1030, 0), (3, 1036, 0)),
        ("ioctl", (0, 0x541B), (0, 0x40087602)),
        ("ioctl", (0, 0x5421), (0, 0x40086602)),
        ("ioctl", (0, 0x80045430), (0, 0x6628)),
        ("ioctl", (0, 0x5401), (0, 0x5412)),
        ("socket", (1, 1, 0), (16, 3, 0)),
        ("socket", (1, 5, 0), (2, 1, 0)),
        ("setsockopt", (3, 1, 2), (3, 1, 13)),
        ("listen", (3, 128), (3, 256)),
        ("listen", (3, 5), (3, 4096)),
        ("clone", (0x003D0F00,), (0x00010100,)),
        ("socket", (1, 0x80001, 0), (1, 2, 0)),
        ("setsockopt", (3, 0, 13), (3, 1, 8)),
        ("socketpair", (1, 1, 0), (2, 1, 0)),
    ],
)
def test_what_concerns_the_caller_goes_through_and_what_concerns_others_not(
    asked, call, own, others
):
    assert asked(call, *own) is None
    assert asked(call, *others) in (errno.EPERM, errno.EINVAL, errno.ENOTTY)


@pytest.mark.parametrize(
    "call", ["sched_setscheduler", "sched_setparam", "sched_setaffinity", "sched_setattr"]
)
def test_scheduling_of_others_seems_to_be_set(asked, call):
    assert asked(call, 0, 0, 0) is None
    assert asked(call, 2, 0, 0) == 0


@pytest.mark.parametrize(
    ("call", "error"), [("clone3", errno.ENOSYS), ("flock", errno.ENOSYS), ("sync", 0)]
)
def test_some_calls_are_said_to_be_missing_or_to_have_worked(asked, call, error):
    assert asked(call) == error


def test_confined_has_no_sockets_but_those_on_which_it_listens(asked):
    assert asked("socket", 1, 1 | 0x80000, 0, rules=CONFINED) is None
    assert asked("socketpair", 1, 5, 0, rules=CONFINED) is None
    for family, kind in ((2, 1), (10, 2), (1, 2), (1, 3), (40, 1)):
        assert asked("socket", family, kind, 0, rules=CONFINED) is not None
    assert asked("socketpair", 1, 2, rules=CONFINED) == errno.EPERM
    assert asked("connect", rules=CONFINED) == errno.EACCES
    assert asked("connect") is None


@pytest.mark.parametrize("call", ["fchmod", "fchmodat", "fchownat", "utimensat"])
def test_modes_and_owners_seem_to_change_where_they_are_somebody_elses(asked, call):
    assert asked(call, rules=(*SILENTLY_IGNORED, *CONFINED)) == 0
    assert asked(call, rules=CONFINED) is None


def test_an_old_landlock_gets_help_with_truncation(asked):
    assert asked("truncate", rules=OLD) == errno.EACCES
    assert asked("openat", 0, 0, 0o1000, rules=OLD) == errno.EACCES  # O_RDONLY | O_TRUNC
    assert asked("openat", 0, 0, 0o1001, rules=OLD) is None  # for writing: Landlock's work
    assert asked("openat", 0, 0, 0, rules=OLD) is None
    assert asked("openat2", rules=OLD) == errno.ENOSYS
    assert asked("truncate", rules=CONFINED) is None


def test_an_old_landlock_gets_help_with_signals(asked):
    for allowed in ((4321, 9), (0, 15), (99, 0)):
        assert asked("kill", *allowed, rules=OLD) is None
    for refused in ((99, 9), (-1, 9), (-99, 15)):
        assert asked("kill", *refused, rules=OLD) == errno.EPERM
    assert asked("tgkill", 4321, 5000, 6, rules=OLD) is None
    for call in ("tgkill", "rt_sigqueueinfo", "tkill", "pidfd_send_signal"):
        assert asked(call, 99, 99, 6, rules=OLD) == errno.EPERM
        assert asked(call, 99, 99, 6, rules=CONFINED) is None
