"""What the audit watch notices; the process for tests shows what it does about it."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

CODE = """
from proctor.remote.made_code import AuditWatch
import collections, dataclasses, json
watch = AuditWatch()
class Noticed(Exception):
    pass
def notice():
    raise Noticed
def noticed(source):
    # What is compiled before is not what is watched for.
    made = compile(source, "<test>", "exec")
    watch.start(notice)
    try:
        run(made)
    except Noticed:
        return True
    finally:
        watch.stop()
    return False
def run(made):
    # As the shell does, which is one of the packages that may.
    globals()["__name__"] = "IPython.core"
    try:
        exec(made, {"__name__": "__main__"})
    finally:
        globals()["__name__"] = "__main__"
"""


def noticed(*sources):
    """Whether running each source is noticed, in a process of its own: a watch stays for ever."""
    script = textwrap.dedent(CODE) + f"print(json.dumps([noticed(s) for s in {sources!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_code_that_is_made_is_noticed():
    made = (
        "eval('1')",
        "exec('x = 1')",
        "import pickle\npickle.loads(b'cbuiltins\\nlen\\n.')",
        "import pickle, fractions\npickle.loads(pickle.dumps(fractions.Fraction(1, 3)))",
        "import os\nos.system('true')",
        "import timeit\ntimeit.timeit('1', number=1)",
    )
    assert noticed(*made) == str([True] * len(made)).lower()


def test_what_libraries_make_and_import_is_not():
    own = (
        "import collections\ncollections.namedtuple('P', 'a b')",
        "import dataclasses\ndataclasses.make_dataclass('D', ['a'])",
        "import colorsys",
        "import pickle\npickle.loads(pickle.dumps([1, 'a']))",
        "open('/dev/null').close()",
    )
    assert noticed(*own) == str([False] * len(own)).lower()


@pytest.mark.parametrize("mode", ["r", "w"])
def test_opened_files_are_remembered(tmp_path, mode):
    path = tmp_path / "a.txt"
    path.write_text("")
    script = (
        "from proctor.remote.made_code import AuditWatch\nwatch = AuditWatch()\n"
        f"open({str(path)!r}).close()\nwatch.start(lambda: None)\nassert not watch.opened\n"
        f"open({str(path)!r}, {mode!r}).close()\nprint({str(path)!r} in watch.opened)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr
