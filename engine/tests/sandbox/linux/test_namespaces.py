"""That it works is for the tests of zygotes to say; what may not be entered is not."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.sandbox

IN_A_CHILD = """
import os, re
from proctor.sandbox.linux.namespaces import enter
{before}
try:
    enter({process})
except OSError as error:
    print(type(error).__name__)
print(set(re.findall("Cap(?:Eff|Prm|Bnd):.*?([0-9a-f]+)", open("/proc/self/status").read())))
"""


def tried(process, before=""):
    source = IN_A_CHILD.format(process=process, before=before)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_process_that_is_not_there_is_an_error():
    with subprocess.Popen(["true"]) as ended:
        pass
    assert tried(ended.pid)[0] == "ProcessLookupError"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import threading; e = threading.Event(); "
        "threading.Thread(target=e.wait, daemon=True).start()",
    ],
)
def test_what_may_not_be_entered_is_an_error(before):
    """One's own namespace of users, and any with a second thread."""
    assert tried(os.getpid(), before)[0] in ("OSError", "PermissionError")
