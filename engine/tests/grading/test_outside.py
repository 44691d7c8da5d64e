"""A course of ordinary asserts, unchanged: released, and graded outside of the student's kernel."""

from __future__ import annotations

import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from engine.tests import coursework

pytestmark = pytest.mark.sandbox

SQUARES = """
### BEGIN SOLUTION
def squares(n):
    if n < 1:
        raise ValueError("n must be positive")
    return [i * i for i in range(1, n + 1)]
### END SOLUTION
"""
SUM = """
### BEGIN SOLUTION
def sum_of_squares(n):
    return sum(squares(n))
### END SOLUTION
"""
VECTOR = """
### BEGIN SOLUTION
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)
    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)
### END SOLUTION
"""
GREET = """
### BEGIN SOLUTION
def greet(name):
    print("Hello", name)
### END SOLUTION
"""
GREET_TEST = """
import io, sys
sys.stdout = caught = io.StringIO()
greet("Ann")
sys.stdout = sys.__stdout__
assert caught.getvalue() == "Hello Ann\\n"
"""
MEAN = """
### BEGIN SOLUTION
def mean(values):
    return sum(values) / len(values)
### END SOLUTION
"""
MEAN_TEST = """
assert isclose(mean(values), 3.0)
assert abs(mean([1, 2]) - 1.5) < 1e-9
"""
PARTIAL_TEST = """
points = 0
if mean([4]) == 4:
    points += 1
if mean([1, 3]) == 2:
    points += 1
points
"""
WRITES = """
### BEGIN SOLUTION
with open("mean.txt", "w") as file:
    file.write(str(mean(values)))
### END SOLUTION
"""
CELLS = [
    ("setup", "locked", "from math import isclose\nvalues = [1.0, 2.0, 6.0]"),
    ("squares", "solution", SQUARES),
    (
        "squares-test",
        "test",
        "assert squares(2) == [1, 4], 'the squares of 1 and 2'\n"
        "### BEGIN HIDDEN TESTS\nassert squares(4) == [1, 4, 9, 16]\n### END HIDDEN TESTS",
    ),
    ("sum", "solution", SUM),
    (
        "uses-squares",
        "test",
        "kept = squares\ndel squares\ntry:\n    sum_of_squares(1)\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('sum_of_squares does not use squares')\n"
        "finally:\n    squares = kept\n",
    ),
    ("vector", "solution", VECTOR),
    ("vector-test", "test", "assert Vector(1, 2) + Vector(3, 4) == Vector(4, 6)"),
    ("greet", "solution", GREET),
    ("greet-test", "test", GREET_TEST),
    ("mean", "solution", MEAN),
    ("mean-test", "test", MEAN_TEST),
    ("partial", "test", PARTIAL_TEST),
    ("file", "solution", WRITES),
    ("file-test", "test", "assert open('mean.txt').read() == '3.0'"),
    ("empty-test", "test", ""),
    ("always", "test", "assert True"),
    ("logs", "solution", "### BEGIN SOLUTION\ndef logs(x): return math.log(x)\n### END SOLUTION"),
    ("logs-test", "test", "import math\nassert logs(math.e) == 1"),
    (
        "drawn",
        "test",
        "### BEGIN HIDDEN TESTS\nnumbers = list(rng.normal(size=3))\nprint(numbers[0])\n"
        "assert isclose(mean(numbers), sum(numbers) / 3)\n### END HIDDEN TESTS",
    ),
]  # fmt: skip
POINTS = {"partial": 2}


def notebook():
    return coursework.notebook(
        coursework.cell(grade_id, kind, source.strip(), POINTS.get(grade_id, 1))
        for grade_id, kind, source in CELLS
    )


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory, run):
    """The released course, and what the command printed."""
    folder = tmp_path_factory.mktemp("ordinary")
    (folder / "source" / "asserts").mkdir(parents=True)
    nbformat.write(notebook(), folder / "source" / "asserts" / "asserts.ipynb")
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Examine.verdict = 'auto'\nc.Examine.cell_seconds = 5\n"
    )
    done = run(folder, "release", "asserts")
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def graded(ordinary, tmp_path_factory, run):
    """Grade submissions that replace cells of the solution; results by student and test."""

    def grade(**students):
        folder = tmp_path_factory.mktemp("graded") / "course"
        shutil.copytree(ordinary[0], folder)
        for student, replaced in students.items():
            place = folder / "submitted" / student / "asserts"
            place.mkdir(parents=True)
            nb = nbformat.read(folder / "release" / "asserts" / "asserts.ipynb", as_version=4)
            solutions = {grade_id: source for grade_id, _, source in CELLS}
            for cell in nb.cells:
                grade_id = cell.metadata.nbgrader["grade_id"]
                if cell.metadata.nbgrader["solution"]:
                    cell.source = replaced.get(grade_id, solutions[grade_id])
            if "own" in replaced:
                nb.cells.insert(replaced.get("at", 0), new_code_cell(replaced["own"]))
            nbformat.write(nb, place / "asserts.ipynb")
        done = run(folder, "grade", "asserts")
        assert done.returncode in (0, 3), done.stderr
        return coursework.results(folder, "asserts", students)

    return grade


def test_the_release_says_where_each_test_is_judged(ordinary):
    lines = ordinary[1].splitlines()
    assert "tests judged outside of the student's kernel: 10 of 11" in lines
    assert any("file-test  in-kernel: the solution does not pass outside" in x for x in lines)
    # What passes whatever a student does, passes so in the kernel, too.
    assert all(any(f"{test}  outside" in x for x in lines) for test in ("always", "empty-test"))


def test_the_trial_takes_place_once(ordinary, run):
    stored = ordinary[0] / ".proctor" / "asserts.json"
    before = stored.stat().st_mtime_ns
    done = run(ordinary[0], "release", "asserts", "--force")
    assert done.returncode == 0
    assert done.stdout.splitlines()[2:] == ordinary[1].splitlines()[2:]
    assert stored.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("verdict", "test", "told"),
    [
        ("in-kernel", "assert squares(rng.integers(9)) == []", "tests read rng, which students'"),
        (
            "auto",
            "assert squares(rng.integers(9)) == []",
            "can't be judged outside: the instructor",
        ),
        ("auto", "rng.normal()", "can't be judged outside: outside, unlike in"),
    ],
)
def test_a_test_that_draws_can_not_be_judged_in_the_kernel(run, tmp_path, verdict, test, told):
    folder = tmp_path / "course"
    (folder / "source" / "asserts").mkdir(parents=True)
    nb = notebook()
    nb.cells = nb.cells[:3]
    nb.cells[2].source = test
    nbformat.write(nb, folder / "source" / "asserts" / "asserts.ipynb")
    settings = f"c = get_config()\nc.Examine.verdict = {verdict!r}\n"
    (folder / "nbgrader_config.py").write_text(settings)
    done = run(folder, "release", "asserts")
    assert done.returncode == 2
    assert told in done.stderr
    assert "squares-test" in done.stderr
    assert not (folder / "release").exists()


def test_who_insists_is_told_which_test_can_not(ordinary, run, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(ordinary[0], folder)
    shutil.rmtree(folder / "release")
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.Examine.verdict = 'outside'\n")
    done = run(folder, "release", "asserts", "--force")
    assert done.returncode == 2
    assert "file-test can't be judged outside" in done.stderr
    assert not (folder / "release").exists()


def test_each_submission_gets_what_it_earns(graded):
    found = graded(
        right={},
        wrong={"squares": SQUARES.replace("n + 1", "n")},
        other={"sum": "def sum_of_squares(n): return sum(i * i for i in range(n + 1))"},
        hidden={"squares": "def squares(n): return [1, 4]"},
        half={"mean": "def mean(values): return values[0]"},
        raises={"mean": "def mean(values): return values[9]"},
        slow={"mean": "def mean(values):\n    while True: pass"},
        silent={"greet": "def greet(): pass"},
    )
    assert {one["score"] for one in found["right"].values()} == {1, 2}
    assert {one["verdict"] for one in found["right"].values()} == {"outside", "in-kernel"}
    assert all(
        (one["verdict"] == "outside") == (not one["reason"]) for one in found["right"].values()
    )
    assert "does not pass outside" in found["right"]["file-test"]["reason"]
    # Each draws numbers of its own.
    seeds = [results["drawn"]["seed"] for results in found.values()]
    assert all(seeds)
    assert len(set(seeds)) == len(seeds)
    assert found["wrong"]["squares-test"]["message"] == "the squares of 1 and 2"
    assert found["other"]["uses-squares"]["message"] == "sum_of_squares does not use squares"
    told = found["hidden"]["squares-test"]
    assert told["score"] == 0
    assert told["message"] == "A test does not pass: squares returned list of length 2."
    assert (found["half"]["partial"]["score"], found["half"]["partial"]["status"]) == (1, "partial")
    # The test could not put the output stream back; what follows is judged all the same.
    assert found["silent"]["greet-test"]["message"].startswith("Your code raised TypeError")
    assert found["silent"]["mean-test"]["status"] == "passed"
    assert found["raises"]["mean-test"]["status"] == "error"
    assert found["raises"]["mean-test"]["message"].startswith("Your code raised IndexError")


ATTACKS = {
    "equal-to-all": """
class All:
    def __eq__(self, other): return True
    def __add__(self, other): return 0
    __sub__ = __rsub__ = __add__
    def __abs__(self): return 0
    def __float__(self): return 3.0
    def __bool__(self): return True
    def __lt__(self, other): return True
    __hash__ = None
def squares(n): return All()
def mean(values): return All()
""",
    "list-equal-to-all": """
class L(list):
    def __eq__(self, other): return True
def squares(n): return L()
class F(float):
    def __sub__(self, other): return 0.0
    def __eq__(self, other): return True
def mean(values): return F(9)
""",
    "builtins": """
import builtins, math
builtins.abs = lambda x: 0
builtins.AssertionError = type("Quiet", (Exception,), {})
math.isclose = isclose = lambda a, b: True
def mean(values): return 7
def squares(n): return []
""",
    "numbers-for-scores": """
class Score:
    def __repr__(self): return "2"
def mean(values): return Score()
def squares(n): return Score()
""",
    "claims-to-be-a-list": """
class Liar:
    __class__ = list
    def __eq__(self, other): return True
    def __len__(self): return 4
    def __getitem__(self, i): return (i + 1) ** 2
    __hash__ = None
def squares(n): return Liar()
def mean(values): return Liar()
""",
    "exits": """
import sys
def squares(n): sys.exit(0)
def mean(values): raise SystemExit
""",
    "takes-the-connection": """
import os
def squares(n):
    os.write(200, b"\\0" * 64)
    return []
def mean(values):
    os.close(200)
""",
    "answers-for-the-agent": """
import proctor.remote.student as agent
def squares(n): return []
agent.StudentSide._answer = lambda self, message: self._link.send(
    agent.Message({"op": "reply", "number": message.data["number"],
                   "value": ["ref", 1, {"type": "list", "methods": ["eq"], "kind": "object"}],
                   "changed": []}))
""",
    "skips": """
import unittest
def squares(n): raise unittest.SkipTest("not today")
def mean(values): raise KeyboardInterrupt
""",
    "nan": """
def squares(n): return float("nan")
def mean(values): return float("nan")
""",
    "terabyte": """
def squares(n): return [0] * 50_000_000
def mean(values):
    import numpy
    return numpy.zeros(10**9, dtype="u1")
""",
    "dies-at-the-end": """
import os
from proctor.remote.link import SocketLink
def squares(n): return [i * i for i in range(1, n + 1)]
def mean(values):
    own = SocketLink.receive
    def receive(self):
        message = own(self)
        if message.data.get("op") == "end":
            os._exit(0)
        return message
    SocketLink.receive = receive
    return sum(values) / len(values)
squares.__defaults__ = (mean([1]),)
""",
    "dies": """
import os, signal
def squares(n): os.kill(os.getpid(), signal.SIGKILL)
""",
}


def test_no_trick_earns_a_point(graded):
    found = graded(
        **{name: {"squares": source, "mean": source} for name, source in ATTACKS.items()},
        honest={},
    )
    earned = {
        (name, test): one["score"]
        for name in ATTACKS
        for test, one in found[name].items()
        if one["verdict"] == "outside" and test in ("squares-test", "mean-test", "partial")
    }
    assert len(earned) == 3 * len(ATTACKS)
    assert {key: score for key, score in earned.items() if score} == {}
    assert sum(one["score"] for one in found["honest"].values()) == 12


def test_feedback_shows_no_hidden_line_and_no_expected_value(graded, ordinary):
    found = graded(wrong={"squares": "def squares(n): return [1, 4]"})
    told = json.dumps(found["wrong"]["squares-test"])
    assert "16" not in told
    assert "assert" not in told
