"""Which lines of modules a check depends on, as far as their text shows it."""

from __future__ import annotations

import pytest

from proctor.bundle.reach import reachable


def reached(files, *names, module="tests"):
    found = reachable({path: text.encode() for path, text in files.items()}, module, names)
    return None if found is None else {p: t.strip() for p, t in found.items() if t.strip()}


ONE_FILE = '''"""All tests."""
import numpy as np
LIMIT = 3
OTHER = 4

# Doubles.
@check("a")
def a(student, rng):
    values = LIMIT
    return student.b(values)

@check("b")
def b(student, rng):
    values = OTHER
    return helper(values)

def helper(x):
    return np.sum(x)
'''


def test_of_one_file_only_what_the_check_uses():
    files = {"tests.py": ONE_FILE}
    found = reached(files, "a")["tests.py"]
    assert "LIMIT = 3" in found
    assert "# Doubles." in found
    assert "OTHER" not in found
    assert "helper" not in found
    assert "def helper" in reached(files, "b")["tests.py"]


def test_a_module_that_only_gathers_checks_counts_by_its_imports():
    files = {
        "tests/__init__.py": "from tests.one import a\nfrom .two import b as second\n",
        "tests/one.py": "from tests import shared\ndef a(): return shared.x\n",
        "tests/two.py": "def b(): pass\n",
        "tests/shared.py": "x = 1\n",
        "numpy.py.txt": "",
    }
    assert set(reached(files, "a")) == {"tests/__init__.py", "tests/one.py", "tests/shared.py"}
    assert "two" not in reached(files, "a")["tests/__init__.py"]
    assert set(reached(files, "second")) == {"tests/__init__.py", "tests/two.py"}


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        ("import tests.two\n@check\ndef a(): return tests.two.b()\n", True),
        ("def a():\n    from tests.two import b\n    return b()\n", True),
        ("from .two import *\ndef a(): return b()\n", None),
        ("import importlib\ndef a(): return importlib.import_module('tests.two')\n", None),
        ("import re\ndef a(): return re.compile('x')\n", False),
        ("REGISTRY = {}\nREGISTRY['b'] = __import__\ndef a(): pass\n", None),
        ("def a(:\n", None),
    ],
)
def test_other_ways_to_use_a_module(one, counts):
    files = {
        "tests/__init__.py": "from tests.one import a\n",
        "tests/one.py": one,
        "tests/two.py": "def b(): pass\n",
    }
    found = reached(files, "a")
    if counts is None:
        assert found is None
    else:
        assert ("tests/two.py" in found) is counts


def test_what_runs_on_import_always_counts():
    text = "import numpy\nnumpy.seterr()\nA = {}\nA['x'] = used\ndef used(): pass\ndef a(): pass\n"
    found = reached({"tests.py": text}, "a")["tests.py"]
    assert "seterr" in found
    assert "def used" in found


def test_a_decorator_of_the_courses_may_keep_what_it_decorates():
    text = "ALL = []\ndef keep(f): ALL.append(f)\n@keep\ndef kept(): pass\ndef a(): return ALL\n"
    assert "def kept" in reached({"tests.py": text}, "a")["tests.py"]


def test_circles_end():
    files = {"tests.py": "from other import b\ndef a(): return b()\n"}
    files["other.py"] = "import tests\ndef b(): return tests.a()\n"
    assert set(reached(files, "a")) == {"tests.py", "other.py"}
