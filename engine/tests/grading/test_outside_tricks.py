"""Tricks of a few lines against ordinary tests: each earns nothing, and costs no other exercise."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat
import pytest

from engine.tests import coursework

pytestmark = pytest.mark.sandbox

GONE = """
import proctor.remote.mirror as mirror
_send = mirror.Mirror.send
def _lying(self, encoder):
    told = _send(self, encoder)
    told["gone"] = [*told["gone"], *(number for number, _ in told["changed"])]
    return told
mirror.Mirror.send = _lying
def squares(n):
    wanted[:] = [14]
    return [14]
"""
LEAK = """
def apply(f, x):
    try:
        return f(0)
    except AssertionError as error:
        import proctor.remote.student as student
        _, side = next(iter(student._sides.values()))
        copied = side.call_back(error.__proctor_number__, "copy", (), {})
        return f(int(str(copied).split()[-1]))
"""


@dataclass(frozen=True)
class Trick:
    """An exercise, and what somebody hands in for it."""

    solution: str
    test: str
    handed_in: str
    given: str = ""


TRICKS = {
    "swallows-what-fails": Trick(
        "class Quiet:\n    def __enter__(self): return None\n"
        "    def __exit__(self, kind, *about): return kind is ZeroDivisionError\n"
        "def div(a, b): return a / b",
        "with Quiet():\n    div(1, 0)\nwith Quiet():\n    assert div(6, 3) == 2",
        "class Quiet:\n    def __enter__(self): return None\n"
        "    def __exit__(self, kind, *about): return True\n"
        "def div(a, b): return a / b if not b else 0",
    ),
    "yields-nothing": Trick(
        "def odds(n): yield from range(1, n, 2)",
        "for i, v in enumerate(odds(6)):\n    assert v == 2 * i + 1",
        "def odds(n): yield from ()",
    ),
    "a-list-of-nothing-for-a-generator": Trick(
        "def odds(n): yield from range(1, n, 2)",
        "for i, v in enumerate(odds(6)):\n    assert v == 2 * i + 1",
        "def odds(n): return []",
    ),
    "changes-what-is-given": Trick(
        "def squares(n): return [i * i for i in range(1, n + 1)]",
        "assert squares(3) == wanted",
        GONE,
        "wanted = [1, 4, 9]",
    ),
    "changes-its-argument": Trick(
        "def ordered(l): return sorted(l)",
        "data = [3, 1, 2]\nassert ordered(data) == [1, 2, 3]\nassert data == [3, 1, 2]",
        "def ordered(l): l.sort(); return l",
    ),
    "changes-a-variable": Trick(
        "def capped(x): return min(x, limit)",
        "limit = 5\nassert capped(9) == 5\nassert limit == 5",
        "def capped(x):\n    global limit\n    limit = 0\n    return 5",
    ),
    "changes-in-part": Trick(
        "def twice(l): return [2 * x for x in l]",
        "data = [1, 2]\npoints = 0\nif twice(data) == [2, 4]: points += 1\n"
        "if data == [1, 2]: points += 1\npoints",
        "def twice(l):\n    l[:] = [2 * x for x in l]\n    return l",
    ),
    "types-for-methods": Trick(
        "def greet(name): return 'Hello ' + name",
        "assert greet('Ann').startswith('Hello') and greet('Ann').endswith('Ann')",
        "from types import SimpleNamespace\n"
        "def greet(name): return SimpleNamespace(startswith=bool, endswith=bool)",
    ),
    "never-ends": Trick(
        "def evens(n):\n    yield from range(0, n, 2)",
        "assert list(evens(10)) == [0, 2, 4, 6, 8]",
        "def evens(n):\n    i = 0\n    while True:\n        yield i\n        i += 2",
    ),
    "uses-what-is-shadowed": Trick(
        "def order(l):\n    l = list(l)\n    l.sort()\n    return l",
        "def sorted(*a, **k): raise AssertionError('do not use sorted')\n"
        "assert order([3, 1, 2]) == [1, 2, 3]\ndel sorted",
        "def order(l): return sorted(l)",
    ),
    "uses-what-is-patched": Trick(
        "def grey(r, g, b): return 0.3 * r + 0.59 * g + 0.11 * b",
        "from unittest.mock import patch\n"
        "with patch('colorsys.rgb_to_yiq', side_effect=AssertionError('do it yourself')):\n"
        "    assert abs(grey(1, 1, 1) - 1) < 1e-6",
        "import colorsys\ndef grey(r, g, b): return colorsys.rgb_to_yiq(r, g, b)[0]",
    ),
    "refuses-nothing": Trick(
        "def depth(t):\n    if str(t).count('(') > 50: raise ValueError('too deep')\n    return 1",
        "t = ()\nfor _ in range(60): t = (t,)\nassert depth(()) == 1\n"
        "try:\n    depth(t)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError",
        "def depth(t): return 1",
    ),
    "answers-differently": Trick(
        "def factor(n): return [3, 7]",
        "import math\nfs = factor(21)\nassert math.prod(fs) == 21\nassert 21 not in list(fs)",
        "class F:\n    def __init__(self): self.left = [[21], [3, 7]]\n"
        "    def __iter__(self): return iter(self.left.pop(0))\n"
        "def factor(n): return F()",
    ),
    "counts-as-different": Trick(
        "def perms(l): return [(1, 2), (2, 1)]",
        "assert len(set(perms([1, 2]))) == 2",
        "class P:\n    pass\ndef perms(l): return [P(), P()]",
    ),
    "ends-the-loop": Trick(
        "def total(it): return sum(it)\ndef square(x): return x * x",
        "def numbers():\n    yield 3\nassert total(numbers()) == 3\n"
        "for got, want in zip(map(square, [1, 2]), [1, 4]):\n    assert got == want",
        "def total(it):\n    global saved\n    t = 0\n    try:\n"
        "        while True: t += next(it)\n"
        "    except StopIteration as error: saved = error\n    return t\n"
        "def square(x): raise saved",
    ),
    "swallows-an-assertion": Trick(
        "def apply_all(f, xs): return [f(x) for x in xs]",
        "def check(x):\n    assert x in (1, 2)\n    return x\n"
        "assert apply_all(check, [1, 2]) == [1, 2]",
        "def apply_all(f, xs):\n    try: f(0)\n    except AssertionError: pass\n    return xs",
    ),
    "reads-an-assertion": Trick(
        "def apply(f, x): return f(x ** 5)",
        "def check(v):\n    want = 7 ** 5\n    assert v == want, f'expected {want}'\n"
        "    return 'fine'\nassert apply(check, 7) == 'fine'",
        LEAK,
    ),
    "writes-the-tests-object": Trick(
        "def fold(f, xs):\n    r = xs[0]\n    for x in xs[1:]: r = f(r, x)\n    return r",
        "class Tally:\n    n = 0\n    def __call__(self, a, b):\n        self.n += 1\n"
        "        return a + b\nt = Tally()\nassert fold(t, [1, 2, 3]) == 6\nassert t.n == 2",
        "def fold(f, xs):\n    f.n = 2\n    return sum(xs)",
    ),
    "swallows-by-a-context": Trick(
        "class Timer:\n    def __enter__(self): return self\n"
        "    def __exit__(self, *a): return False\ndef cube(x): return x ** 3",
        "with Timer():\n    assert cube(2) == 8",
        "def Timer(): return suppress(AssertionError)\ndef cube(x): return 0",
        "from contextlib import suppress",
    ),
    "hands-in-what-it-got": Trick(
        "def twice(f, x): return f(f(x))\ndef cube(x): return x ** 3",
        "def reference(x): return x ** 3\nassert twice(reference, 2) == 512\n"
        "assert cube(5) == reference(5)",
        "def twice(f, x):\n    global cube\n    cube = f\n    return f(f(x))",
    ),
    "calls-what-it-got": Trick(
        "def thrice(f, x): return f(f(f(x)))\ndef fourth(x): return x ** 4",
        "def reference(x): return x ** 4\nassert thrice(reference, 1) == 1\n"
        "assert fourth(5) == reference(5)",
        "def thrice(f, x):\n    global kept\n    kept = f\n    return f(f(f(x)))\n"
        "def fourth(x): return kept(x)",
    ),
    "looks-the-answer-up": Trick(
        "def cube(n): return n ** 3\nfor n in (1, 2):\n"
        "    want = n ** 3\n    assert cube(n) == want",
        "for n, want in [(4, 64), (5, 125)]:\n    assert cube(n) == want",
        "want = 1\ndef cube(n): return want",
    ),
    "has-a-name-of-pythons": Trick(
        "def total(l): return sum(l)",
        "id = 6\nassert total([1, 2, 3]) == id\ndel id",
        "def total(l): return id",
    ),
    "sorts-behind-a-shadow": Trick(
        "def order_of(l):\n    l = list(l)\n    l.sort()\n    return l",
        "def sorted(*a, **k): raise AssertionError\ndata = [3, 1, 2]\n"
        "assert order_of(data) == [1, 2, 3]\nassert data == [3, 1, 2]\ndel sorted",
        "def order_of(l):\n    l.sort()\n    return l",
    ),
    "starts-again": Trick(
        "class Up:\n    def __init__(self, n): self.left = list(range(1, n + 1))\n"
        "    def __iter__(self): return self\n"
        "    def __next__(self):\n        if not self.left: raise StopIteration\n"
        "        return self.left.pop(0)",
        "u = Up(3)\nassert list(u) == [1, 2, 3]\nassert list(u) == []",
        "class Up:\n    def __init__(self, n): self.n = n\n"
        "    def __iter__(self):\n        self.i = 0\n        return self\n"
        "    def __next__(self):\n        self.i += 1\n"
        "        if self.i > self.n: raise StopIteration\n        return self.i",
    ),
    "swallows-by-an-object": Trick(
        "class Door:\n    def __enter__(self): return self\n"
        "    def __exit__(self, *about): self.done = True",
        "try:\n    with Door(): raise ValueError\nexcept ValueError:\n    pass\n"
        "else:\n    raise AssertionError('swallowed')",
        "class Door:\n    def __enter__(self): return self\n"
        "    def __exit__(self, *about):\n        self.done = True\n        return self",
    ),
    "contains-all": Trick(
        "def options(): return [1, 2]\ndef choose(): return 1",
        "assert choose() in options()",
        "class All:\n    def __contains__(self, item): return True\n"
        "def options(): return All()\ndef choose(): return All()",
    ),
    "holds-nothing": Trick(
        "def pairs(n): return list(range(n))",
        "for got, want in zip(pairs(3), [0, 1, 2]):\n    assert got == want",
        "def pairs(n): return range(0)",
    ),
    "no-number": Trick(
        "from decimal import Decimal\ndef half(x): return Decimal(x) / 2",
        "if half(3) > 2: raise AssertionError\nassert not half(3) < 1",
        "from decimal import Decimal\ndef half(x): return Decimal('sNaN').max(Decimal('NaN'))",
    ),
    "defines-what-a-test-left": Trick(
        "def one(): return 1\ndef half(x): return x / 2",
        "assert one() == 1\ntolerance = 1e-6",
        "def one(): return 2\ntolerance = 1e9\ndef half(x): return 0",
    ),
    "after-it": Trick("", "assert abs(half(5) - 2.5) < tolerance", ""),
    "forged-fraction": Trick(
        "def third(n): return Fraction(n, 3)",
        "r = third(4)\nassert isinstance(r, Fraction)\nassert 1.3 <= r <= 1.4",
        "import proctor.remote.kinds as kinds\n"
        "def _written(encoder, value, depth):\n"
        "    write = lambda: ['Fraction', ['_numerator', '_denominator'], [0, 0]]\n"
        "    return encoder.mutable('object', value, write, depth)\n"
        "kinds._WRITERS[Fraction] = _written\ndef third(n): return Fraction(0)",
        "from fractions import Fraction",
    ),
    "last": Trick("def last(l): return l[-1]", "assert last([1, 2]) == 2", "def last(l): return 2"),
}
KEPT = {"last"}
"""Right, whatever came before."""

PARTIAL = {"changes-in-part": 1.0}
"""Tests in whose kernel one of two points is earned, too."""

_PAYLOAD = (
    "setattr(__import__('proctor.remote.shell', fromlist=['x']).CellShell, 'run', "
    "lambda self, source, limit=0: None)"
)
RUNNING = {
    "evaluates": Trick(
        "expression = '6 * 7'", "assert eval(expression) == 42", f"expression = {_PAYLOAD!r}"
    ),
    "unpickles": Trick(
        "import pickle\ndef dump(x): return pickle.dumps(x)",
        "import pickle\nassert pickle.loads(dump([1, 2])) == [1, 2]",
        "import pickle\nclass X:\n"
        f"    def __reduce__(self): return eval, ({_PAYLOAD!r},)\n"
        "def dump(x): return pickle.dumps(X())",
    ),
    "documents": Trick(
        "def inc(x):\n    '''\n    >>> inc(1)\n    2\n    '''\n    return x + 1",
        "import doctest\nrunner = doctest.DocTestRunner(verbose=False)\n"
        "for one in doctest.DocTestFinder().find(inc, 'inc', module=False, globs={'inc': inc}):\n"
        "    runner.run(one)\nassert runner.failures == 0 and runner.tries",
        f'def inc(x):\n    """\n    >>> {_PAYLOAD}\n    >>> 1\n    1\n    """\n    return 0',
    ),
    "asks-a-table": Trick(
        "condition = 'a > 1'",
        "import pandas as pd\nframe = pd.DataFrame({'a': [1, 2]})\n"
        "assert list(frame.query(condition)['a']) == [2]",
        "condition = 'a > 0'",
    ),
    "later": Trick("def f(x): return x + 1", "assert f(1) == 2", "def f(x): return 0"),
}


def notebook(tricks):
    cells = []
    for name, trick in tricks.items():
        solution = f"### BEGIN SOLUTION\n{trick.solution}\n### END SOLUTION"
        if trick.given:
            cells.append(coursework.cell(f"{name}-given", "locked", trick.given))
        if trick.solution:
            cells.append(coursework.cell(f"{name}-solution", "solution", solution))
        cells.append(coursework.cell(name, "test", trick.test, 2))
    return coursework.notebook(cells)


WRITES = Trick(
    "with open('table.csv', 'w') as file: file.write('1,2')",
    "assert open('table.csv').read() == '1,2'",
    "with open('table.csv', 'w') as file: file.write('1,9')",
)
"""Where the file was left in the assignment's folder, as the solution writes it."""

MIXED = {
    "writes": WRITES,
    "reads-what-is-given": Trick(
        "def first(): return 3",
        "assert open('given.csv').read() == '3,4'\nassert first() == 3",
        "def first(): return 0",
    ),
    "counts-calls": Trick(
        "def get(k): return cache[k] if k in cache else api(k)",
        "assert get('a') == 1\napi.assert_not_called()",
        "def get(k):\n    api(k)\n    return cache[k]",
        "from unittest.mock import Mock\napi = Mock(return_value=3)\ncache = {'a': 1}",
    ),
    "counts-in-a-closure": Trick(
        "def use(): return 1",
        "assert use() == 1\nassert tick() == 1",
        "def use():\n    tick()\n    return 1",
        "def counter():\n    n = 0\n    def tick():\n        nonlocal n\n        n += 1\n"
        "        return n\n    return tick\ntick = counter()",
    ),
    "leaves-a-name": Trick(
        "def f(): return 1", "from math import isclose\nassert f() == 1", "def f(): return 0"
    ),
    "writes-and-needs-it": Trick(
        "with open('other.csv', 'w') as file: file.write('5')",
        "assert isclose(float(open('other.csv').read()), 5)\nlimit = 5",
        "pass",
    ),
    "needs-a-name": Trick("def g(): return 5", "assert g() == limit", "def g(): return 0"),
}


@pytest.fixture
def results(tmp_path, run):
    """Release exercises, and grade what is handed in; results by student and test."""

    def grade(tricks, students, **files):
        source = tmp_path / "source" / "tricks"
        source.mkdir(parents=True)
        for name, content in files.items():
            (source / f"{name}.csv").write_text(content)
        nbformat.write(notebook(tricks), source / "tricks.ipynb")
        (tmp_path / "nbgrader_config.py").write_text(
            "c = get_config()\nc.Examine.verdict = 'auto'\nc.Examine.cell_seconds = 6\n"
        )
        done = run(tmp_path, "release", "tricks")
        assert done.returncode == 0, done.stderr
        for student, handed_in in students.items():
            nb = notebook(tricks)
            for cell in nb.cells:
                name = cell.metadata.nbgrader["grade_id"].removesuffix("-solution")
                if cell.metadata.nbgrader["solution"] and name in handed_in:
                    cell.source = tricks[name].handed_in
            place = tmp_path / "submitted" / student / "tricks"
            place.mkdir(parents=True)
            nbformat.write(nb, place / "tricks.ipynb")
        done = run(tmp_path, "grade", "tricks")
        assert done.returncode in (0, 3), done.stderr
        return coursework.results(tmp_path, "tricks", students)

    return grade


def test_tricks_earn_nothing_and_what_is_right_keeps_its_points(results):
    # Who lies about what has changed does so from then on.
    lies = {"changes-what-is-given"}
    found = results(TRICKS, {"right": (), "tricky": TRICKS.keys() - lies, "lying": lies})
    assert {name: one["score"] for name, one in found["right"].items()} == dict.fromkeys(TRICKS, 2)
    scores = {name: one["score"] for name, one in found["tricky"].items()}
    assert scores == {name: 2 * (name in KEPT | lies) or PARTIAL.get(name, 0) for name in TRICKS}
    assert found["lying"]["changes-what-is-given"]["score"] == 0
    inside = [name for name, one in found["right"].items() if one["verdict"] == "in-kernel"]
    # What can't cross is tried where it need not.
    assert inside == ["refuses-nothing"]
    told = found["tricky"]["changes-its-argument"]["message"]
    assert told.endswith("Your code changes what it is given: ordered().")


def test_nothing_that_a_student_wrote_runs_where_the_tests_are(results):
    names = [name for name in RUNNING if name != "later"]
    found = results(RUNNING, {name: (name, "later") for name in names})
    for name in names:
        assert found[name]["later"]["score"] == 0
        assert found[name]["later"]["verdict"] == "outside"
        others = {other: found[name][other]["score"] for other in names if other != name}
        # Who spoils his own kernel may lose there what is judged there.
        assert all(found[name][o]["verdict"] == "in-kernel" or s == 2 for o, s in others.items())
    modes = {name: found["asks-a-table"][name]["verdict"] for name in RUNNING}
    assert modes == {
        "evaluates": "in-kernel",
        "unpickles": "outside",
        "documents": "in-kernel",
        "asks-a-table": "in-kernel",
        "later": "outside",
    }


def test_files_that_the_notebook_writes_and_what_tests_leave_are_where_they_are_needed(results):
    found = results(MIXED, {"right": (), "wrong": MIXED}, table="1,2", given="3,4")
    assert {name: one["score"] for name, one in found["right"].items()} == dict.fromkeys(MIXED, 2)
    modes = {name: (one["verdict"], one["reason"]) for name, one in found["right"].items()}
    assert modes == {
        "writes": ("in-kernel", "it reads a file that the notebook writes"),
        "reads-what-is-given": ("outside", ""),
        "counts-calls": (
            "in-kernel",
            "it uses an object of the notebook's that the student's functions use, too",
        ),
        "counts-in-a-closure": ("in-kernel", modes["counts-in-a-closure"][1]),
        "leaves-a-name": (
            "in-kernel",
            "a later test, which is judged in the kernel, needs what it leaves",
        ),
        "writes-and-needs-it": ("in-kernel", modes["writes-and-needs-it"][1]),
        "needs-a-name": ("in-kernel", modes["needs-a-name"][1]),
    }
    assert {one["score"] for one in found["wrong"].values()} == {0}


GIVEN = {
    "uses": Trick("x = k + 1", "assert x == 11", "x = k + 1", "k = 10"),
    "uses-again": Trick("y = k + 2", "assert y == 12", "y = k + 2"),
    "assigns-it": Trick("k = 20", "assert k == 20", "k = 20"),
    "reads-it": Trick("z = k + 1", "assert z == 21", "z = k + 1"),
    "changes-it": Trick(
        "table['b'] = 2", "assert sorted(table) == ['a', 'b']", "table['b'] = 2", "table = {'a': 1}"
    ),
    "replaces-it": Trick(
        "table = {**table, 'c': 3}",
        "assert sorted(table) == ['a', 'b', 'c']",
        "table = {**table, 'c': 3}",
    ),
}
"""What is given has another meaning later, by an answer; until then it is there."""


def test_what_is_given_is_there_until_an_answer_changes_it(results):
    found = results(GIVEN, {"right": ()})
    assert {name: one["score"] for name, one in found["right"].items()} == dict.fromkeys(GIVEN, 2)


RESET = {
    "makes-it": Trick("model = [1]", "assert model == [1]\nmodel = None", "model = [1]"),
    "makes-it-again": Trick("model = [1]\nother = 2", "assert model == [1]", "pass"),
    "calls": Trick(
        "def up(x): return x + 1\nresult = up(20)",
        "result = up(1)\nassert result == 2",
        "def up(x): return x + 1\nresult = up(20)",
    ),
    "calls-again": Trick("result = up(20)", "assert result == 21", "pass"),
}
"""Tests that give a name of the student's another value, which the next exercise has to undo."""


def test_what_an_earlier_exercise_has_made_does_not_count_for_a_later_one(results):
    found = results(RESET, {"right": (), "lazy": RESET})
    assert {name: one["score"] for name, one in found["right"].items()} == dict.fromkeys(RESET, 2)
    lazy = {name: one["score"] for name, one in found["lazy"].items()}
    assert lazy == {"makes-it": 2, "makes-it-again": 0, "calls": 2, "calls-again": 0}
    assert {one["verdict"] for one in found["right"].values()} == {"outside"}


FAIR = {
    "threads": Trick(
        "class Account:\n    def __init__(self): self.n = 0\n    def add(self): self.n += 1",
        "from threading import Thread\na = Account()\n"
        "threads = [Thread(target=a.add) for _ in range(20)]\n"
        "for t in threads: t.start()\nfor t in threads: t.join()\nassert a.n == 20",
        "class Account:\n    n = 0\n    def add(self): self.n = self.n + 1",
    ),
    "names-of-arguments": Trick(
        "def calc(a, b, op, function=None, what=0, own=0): return a + b",
        "assert calc(1, 2, op='+', function=3, what=4, own=5) == 3",
        "def calc(a, b, **more): return b + a",
    ),
    "random": Trick(
        "def even(l): return [x for x in l if x % 2 == 0]",
        "xs = [int(x) for x in rng.integers(0, 10, size=1)]\n"
        "assert even(xs) == [x for x in xs if x % 2 == 0]",
        "def even(l): return list(filter(lambda x: not x % 2, l))",
    ),
    "nothing-of-another-kind": Trick(
        "from collections import Counter\ndef count(t): return Counter(t.split())",
        "assert count('') == {}\nassert count('a a') == {'a': 2}",
        "def count(t):\n    found = {}\n    for w in t.split(): found[w] = found.get(w, 0) + 1\n"
        "    return found",
    ),
    "nothing-or-none": Trick(
        "def find_all(l, x): return [i for i in l if i == x] or None",
        "assert not find_all([1, 2], 3)",
        "def find_all(l, x): return [i for i in l if i == x]",
    ),
    "a-list-or-a-generator": Trick(
        "def evens(n): yield from range(0, n, 2)",
        "assert list(evens(0)) == []",
        "def evens(n): return list(range(0, n, 2))",
    ),
    "a-generator-of-another-kind": Trick(
        "def threes(n): yield from range(0, n, 3)",
        "assert [x for x in threes(7)] == [0, 3, 6]\nassert sum(threes(4)) == 3",
        "def threes(n): return iter([x for x in range(n) if x % 3 == 0])",
    ),
    "closes-itself": Trick(
        "class Ignoring:\n    def __init__(self, kind): self.kind = kind\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, kind, *about): return kind is self.kind",
        "with Ignoring(KeyError):\n    raise KeyError('x')\n"
        "try:\n    with Ignoring(KeyError):\n        raise ValueError\n"
        "except ValueError:\n    pass\nelse:\n    assert False",
        "class Ignoring:\n    def __init__(self, kind): self.it = kind\n"
        "    def __enter__(self): pass\n"
        "    def __exit__(self, kind, e, t): return kind is not None and issubclass(kind, self.it)",
    ),
    "a-part-of-an-array": Trick(
        "import numpy as np\ndef rest(x): return np.delete(x, 0, axis=1)",
        "import numpy as np\nx = np.asfortranarray(np.arange(6.0).reshape(2, 3))\n"
        "assert rest(x).tolist() == [[1, 2], [4, 5]]",
        "def rest(x): return x[:, 1:]",
    ),
    "iterates-itself": Trick(
        "class Down:\n    def __init__(self, n): self.n = n\n"
        "    def __iter__(self): yield from range(self.n, 0, -1)",
        "u = Down(2)\nassert list(u) == [2, 1]\nassert list(u) == [2, 1]",
        "class Down:\n    def __init__(self, n): self.n = n\n"
        "    def __iter__(self):\n        self.i = self.n + 1\n        return self\n"
        "    def __next__(self):\n        self.i -= 1\n"
        "        if not self.i: raise StopIteration\n        return self.i",
    ),
}
"""Right, and written in another way than the solution."""


def test_what_is_right_in_another_way_gets_its_points(results):
    students = [f"s{number}" for number in range(6)]
    found = results(FAIR, {"right": (), **dict.fromkeys(students, FAIR)})
    for student in ("right", *students):
        scores = {name: one["score"] for name, one in found[student].items()}
        assert scores == dict.fromkeys(FAIR, 2), student
    assert {one["verdict"] for one in found["right"].values()} == {"outside"}
