import subprocess
import sys

import pytest

from proctor.sandbox.linux.prctl import prctl

pytestmark = pytest.mark.sandbox

PROBE = """
from proctor.sandbox.linux.prctl import SET_CHILD_SUBREAPER, prctl
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
