import os
import subprocess
import sys

import pytest

from proctor.sandbox.linux.process_state import changes, process_state

pytestmark = pytest.mark.sandbox

IN_A_CHILD = """
import ctypes, os, resource, signal
from proctor.sandbox.linux.process_state import changes, process_state
before = process_state()
{change}
print(changes(before, process_state()))
"""


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("resource.setrlimit(resource.RLIMIT_CORE, (0, 0))", "RLIMIT_CORE"),
        ("os.nice(3)", "nice"),
        ("os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))", "scheduling policy"),
        ("os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})", "processor affinity"),
        ("os.umask(0o27)", "Umask"),
        ("signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})", "SigBlk"),
        ("signal.signal(signal.SIGUSR1, signal.SIG_IGN)", "SigIgn"),
        ("os.open('/dev/null', os.O_RDONLY)", "descriptor"),
        ("os.dup2(os.open('/', os.O_RDONLY), 0)", "descriptor 0"),
        ("os.chdir('/usr')", "working directory"),
        ("ctypes.CDLL(None).syscall(251, 1, 0, (2 << 13) | 7)", "I/O priority"),
        ("open('/proc/self/oom_score_adj', 'w').write('500')", "oom_score_adj"),
        ("open('/proc/self/timerslack_ns', 'w').write('999999')", "timerslack_ns"),
        ("ctypes.CDLL(None).personality(0x0040000)", "personality"),
        ("os.setsid()", "session"),
    ],
)
def test_each_part_of_it_is_seen(change, name):
    if "251" in change and os.uname().machine != "x86_64":
        pytest.skip("the number of ioprio_set is another one on this processor")
    if "affinity" in change and len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one processor only")
    done = subprocess.run(
        [sys.executable, "-c", IN_A_CHILD.format(change=change)], capture_output=True, text=True
    )
    assert name in done.stdout, done.stderr


def test_nothing_changes_by_itself():
    assert changes(process_state(), process_state()) == []


def test_what_comes_and_goes_is_named():
    assert changes({"a": 1, "b": 2}, {"b": 3, "c": None, "d": 4}) == ["a", "b", "d"]
