import subprocess
import sys

import pytest

from proctor.sandbox.linux.capabilities import permitted, prctl

pytestmark = pytest.mark.sandbox

GIVE_UP = """
from proctor.sandbox.linux.capabilities import give_up, permitted
before = permitted()
give_up(but={kept!r} & before)
print(sorted(before & {kept!r}) == sorted(permitted()))
import subprocess, sys
looked = "print([line for line in open('/proc/self/status') if line.startswith('CapEff')])"
print(int(subprocess.run([sys.executable, "-c", looked], capture_output=True, text=True)
          .stdout.split("\\\\t")[1].split("\\\\n")[0], 16))
"""


@pytest.mark.parametrize("kept", [set(), {2}, {2, 6, 7}])
def test_what_is_given_up_is_gone_for_programs_too(kept):
    done = subprocess.run(
        [sys.executable, "-c", GIVE_UP.format(kept=kept)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    same, mask = done.stdout.split()
    assert same == "True"
    # A program that root starts has all that the bounding set leaves.
    assert int(mask) == sum(1 << number for number in kept & permitted())


PROBE = """
from proctor.sandbox.linux.capabilities import SET_CHILD_SUBREAPER, prctl
import ctypes
prctl(SET_CHILD_SUBREAPER, 1)
value = ctypes.c_int()
ctypes.CDLL(None).prctl(37, ctypes.byref(value), 0, 0, 0)  # PR_GET_CHILD_SUBREAPER
print(value.value)
"""


def test_a_setting_is_changed():
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True)
    assert done.stdout.strip() == "1", done.stderr


def test_a_refusal_is_an_error():
    with pytest.raises(OSError, match="prctl 12345: Invalid argument"):
        prctl(12345, 1)
