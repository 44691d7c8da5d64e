"""Objects that a test and the student's code share are what they would be in one process."""

from __future__ import annotations

import textwrap

import pytest

from proctor.remote.mirror import MAX_CONTAINERS, Mirror, Snapshot
from proctor.remote.profile import Profile, StudentLostError, UnexpectedObjectError

GIVEN = """
import enum
from collections import namedtuple
from dataclasses import dataclass

numbers = [3, 1, 2]
table = {"a": [1, 2], "b": {5}}

@dataclass
class Point:
    x: int
    y: int = 0

class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next
    def __eq__(self, other):
        return isinstance(other, Node) and self.value == other.value

class Slotted:
    __slots__ = ("a", "b")

class Color(enum.Enum):
    RED = 1
    BLUE = 2

Pair = namedtuple("Pair", "a b")

limit = 10
calls = 0

def square(x):
    global calls
    calls += 1
    square.last = x
    return x * x

square.last = None

class Counted:
    made = 0
    def __init__(self):
        Counted.made += 1

class TooLow(ValueError):
    def __init__(self, need):
        super().__init__(f"needs {need}")
        self.need = need
"""
WRONG = {
    "an array that a test has made read-only, changed": (
        "def norm(x):\n    x -= x.mean()\n    return x",
        "import numpy as np\nx = np.arange(3.0)\nx.setflags(write=False)\n"
        "try:\n    norm(x)\nexcept ValueError:\n    raise AssertionError",
    ),
    "an array that is returned read-only": (
        "import numpy as np\ndef ones(n): return np.broadcast_to(1.0, (n,))",
        "got = ones(3)\ntry:\n    got[0] = 5\nexcept ValueError:\n    raise AssertionError",
    ),
    "a function of the notebook's that a test forbids": (
        "def fast(n): return square(n)",
        "def square(x): raise AssertionError('not this one')\nassert fast(3) == 9",
    ),
    "a list that should have been copied when it was returned": (
        """
        class Stack:
            def __init__(self): self._items = []
            def push(self, item): self._items.append(item)
            def items(self): return self._items
        """,
        "s = Stack()\ns.push(1)\ngot = s.items()\ngot.append(99)\nassert s.items() == [1]",
    ),
    "a list that should have been copied when it was taken": (
        "class Box:\n    def __init__(self, content): self.content = content",
        "l = [1]\nb = Box(l)\nl.append(2)\nassert b.content == [1]",
    ),
    "a list within a list": (
        "def copy(rows): return list(rows)",
        "rows = [[1], [2]]\ngot = copy(rows)\ngot[0].append(9)\nassert rows == [[1], [2]]",
    ),
    "a view of an array": (
        "def head(values): return values[:2]",
        "import numpy as np\na = np.arange(5)\nb = head(a)\nb[:] = -1\nassert a[0] == 0",
    ),
    "a transposed view of an array": (
        "def turn(values): return values.T",
        "import numpy as np\na = np.zeros((2, 3))\nb = turn(a)\nb[0, 1] = 5\nassert not a.any()",
    ),
    "a cached result": (
        "import functools\n@functools.lru_cache\ndef make(n): return [n]",
        "got = make(1)\ngot.append(5)\nassert make(1) == [1]",
    ),
    "a default that is shared": (
        "def add(x, into=[]):\n    into.append(x)\n    return into",
        "add(1)\nassert add(2) == [2]",
    ),
    "a variable of the student's that a call changes": (
        "seen = []\ndef f(x): seen.append(x)",
        "before = seen\nf(1)\nassert before == []",
    ),
    "an object of a class of the test's": (
        "def move(p): p.x += 1; return p.x",
        "class Point: x = 1\np = Point()\nassert move(p) == 2 and p.x == 1",
    ),
    "an object of a class that both sides have": (
        "def move(p): p.x += 1; return p.x",
        "p = Point(1)\nassert move(p) == 2 and p == Point(1)",
    ),
    "a list in an object of a class that both sides have": (
        "def grow(p): p.x.append(2)",
        "p = Point([1])\ngrow(p)\nassert p.x == [1]",
    ),
    "an object of a library's": (
        "def bump(o): o.n += 1; return o.n",
        "import types\no = types.SimpleNamespace(n=1)\nassert bump(o) == 2 and o.n == 1",
    ),
    "an argument that is changed before an exception": (
        "def f(values):\n    values.clear()\n    raise ValueError",
        "v = [1]\ntry:\n    f(v)\nexcept ValueError:\n    pass\nassert v == [1]",
    ),
    "what is changed and dropped in one call": (
        """
        class B:
            def __init__(self, v): self.v = v
            def flush(self):
                self.v.clear()
                self.v = None
        """,
        "d = [1]\nb = B(d)\nb.flush()\nassert d == [1]",
    ),
    "what the test changes and drops": (
        "class B:\n    def __init__(self, v): self.v = v\n    def total(self): return sum(self.v)",
        """
        def make():
            d = [1, 2]
            b = B(d)
            d.append(50)
            return b
        assert make().total() == 3
        """,
    ),
    "a context manager that swallows an exception": (
        """
        class CM:
            def __enter__(self): return self
            def __exit__(self, kind, error, trace): return kind is not None
        """,
        """
        try:
            with CM():
                raise ValueError("no")
        except ValueError:
            pass
        else:
            raise AssertionError("swallowed")
        """,
    ),
    "a context manager that does not close after an exception": (
        """
        class CM:
            closed = False
            def __enter__(self): return self
            def __exit__(self, kind, error, trace): self.closed = kind is None
        """,
        """
        cm = CM()
        try:
            with cm:
                raise ValueError
        except ValueError:
            pass
        assert cm.closed
        """,
    ),
    "an object that is not equal to itself": (
        "class P:\n    def __eq__(self, other): return self is not other",
        "p = P()\nassert p == p",
    ),
    "an object that is equal to None": (
        "class P:\n    def __eq__(self, other): return True",
        "assert not P() == None",
    ),
    "what a callback receives": (
        "def f(call):\n    values = [1]\n    call(values)\n    return values",
        "def change(values): values.append(2)\nassert f(change) == [1]",
    ),
    "data that the notebook gives, sorted by a call": (
        "def f():\n    numbers.sort()\n    return numbers[0]",
        "assert numbers[0] == 3\nassert f() == 1 and numbers == [3, 1, 2]",
    ),
}
RIGHT = {
    "a view of an array in another order": (
        "def f(a): return a[1:]",
        """
        import numpy as np
        a = np.asfortranarray(np.arange(6.0).reshape(3, 2))
        v = f(a)
        v[0, 0] = 9
        assert a[1, 0] == 9 and v.base is not None
        a[2, 1] = 7
        assert f(a)[1, 1] == 7
        """,
    ),
    "iteration by items": (
        "class Deck:\n    def __len__(self): return 2\n"
        "    def __getitem__(self, i): return [4, 5][i]",
        "assert list(Deck()) == [4, 5] and 5 in Deck() and 6 not in Deck()",
    ),
    "addition in place by a class that only adds": (
        "class N:\n    def __init__(self, v): self.v = v\n"
        "    def __add__(self, o): return N(self.v + o)",
        "a = N(1)\na += 5\nassert a.v == 6",
    ),
    "an exception below one of both sides": (
        "class Funds(TooLow): pass\ndef pay(): raise Funds(3)",
        "try:\n    pay()\nexcept TooLow as error:\n    assert error.need == 3\n"
        "else:\n    raise AssertionError",
    ),
    "the type of an object": (
        "class Bus: pass\nclass Magic(Bus): pass",
        "assert type(Magic()) == Magic and type(Bus()) != Magic\n"
        "assert str(type(Magic())) == \"<class '__main__.Magic'>\"",
    ),
    "a test's own list class": (
        "def total(v): return sum(v) if isinstance(v, list) else None",
        "class Counted(list):\n    pass\nassert total(Counted([1, 2])) == 3",
    ),
    "a copy of a test's own object": (
        "import copy\ndef bump(a):\n    b = copy.copy(a)\n    b.n += 1\n    return b",
        "class A:\n    n = 1\na = A()\nb = bump(a)\nassert (a.n, b.n) == (1, 2)",
    ),
    "a named tuple": (
        "from collections import namedtuple\nRow = namedtuple('Row', 'a b')\n"
        "def both(): return Row(1, 3)\ndef is_row(x): return isinstance(x, Row)",
        """
        got = both()
        assert got == (1, 3) and got.a == 1 and isinstance(got, tuple)
        assert isinstance(got, Row) and is_row(got) and got._asdict() == {"a": 1, "b": 3}
        """,
    ),
    "a typed named tuple": (
        "from typing import NamedTuple\nclass Row(NamedTuple):\n    a: int\n    b: int = 2\n"
        "def make(): return Row(1)",
        "assert make() == (1, 2) and make().b == 2 and isinstance(make(), Row)",
    ),
    "a number with a name": (
        "import enum\nclass Level(enum.IntEnum):\n    LOW = 1\n"
        "def level(): return Level.LOW\ndef is_low(x): return x is Level.LOW",
        """
        assert level() == 1 and level() is Level.LOW and level().name == "LOW"
        assert isinstance(level(), Level) and is_low(level())
        """,
    ),
    "views of a dictionary": (
        "def f(text): d = dict.fromkeys(text, 2); return d.keys(), d.values(), d.items()",
        """
        keys, values, items = f("aab")
        assert keys == {"a", "b"} and list(values) == [2, 2] and ("a", 2) in items
        """,
    ),
    "wrappers of a dictionary": (
        "from collections import ChainMap, UserDict\nfrom types import MappingProxyType\n"
        "def f(): return MappingProxyType({1: 2}), UserDict(a=1), ChainMap({1: 2}, {3: 4})",
        "p, u, c = f()\nassert p[1] == 2 and u == {'a': 1} and c[3] == 4",
    ),
    "a defaultdict with a function": (
        "from collections import defaultdict\ndef count(): return defaultdict(lambda: 0)",
        "found = count()\nassert found['z'] == 0 and found == {'z': 0}",
    ),
    "a million integers": (
        "def flips(n): return [0] * n",
        "assert len(flips(1_000_000)) == 1_000_000",
    ),
    "many texts and numbers in a dictionary": (
        "def f(n): return {str(i): i / 2 for i in range(n)}",
        "assert f(300_000)['299999'] == 149999.5",
    ),
    "an exception with attributes": (
        "class Low(Exception):\n    def __init__(self, need):\n        self.need = need\n"
        "    def __str__(self): return 'low'\n"
        "def pay():\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n"
        "        raise Low([4]) from e",
        """
        try:
            pay()
        except Low as error:
            assert error.need == [4] and str(error) == "low" and error.args == ([4],)
            assert type(error.__cause__) is ZeroDivisionError
        else:
            raise AssertionError
        """,
    ),
    "an exception of a class that both sides have": (
        "def pay(): raise TooLow(4)",
        """
        try:
            pay()
        except TooLow as error:
            assert error.need == 4 and str(error) == "needs 4"
        else:
            raise AssertionError
        """,
    ),
    "the text of an object": (
        "class R:\n    def __repr__(self): return 'R(3)'",
        "assert repr(R()) == 'R(3)'",
    ),
    "recursion through a function that was replaced": (
        "def fact(n): return 1 if n < 2 else n * fact(n - 1)",
        "kept = fact\ndef fact(n): return kept(n)\nassert fact(60) > 0 and fact(250) > 0",
    ),
    "objects of classes that both sides have": (
        """
        def chain(values):
            head = None
            for value in reversed(values):
                head = Node(value, head)
            return head
        def total(node):
            return node.value + total(node.next) if node else 0
        def slotted():
            found = Slotted()
            found.a = [1]
            return found
        def paint(): return Color.BLUE, Pair(1, [2])
        def check(color, pair): return color is Color.RED and isinstance(pair, Pair)
        """,
        """
        import copy
        head = chain([1, 2, 3])
        assert isinstance(head, Node) and head == Node(1) and head.next.next.value == 3
        assert total(head) == 6 and total(Node(4, head)) == 10
        assert slotted().a == [1] and not hasattr(slotted(), "b")
        color, pair = paint()
        assert color is Color.BLUE and pair == Pair(1, [2]) and type(pair) is Pair
        assert check(Color.RED, Pair(1, 2)) and copy.deepcopy(head).next == Node(2)
        assert sorted([Point(2), Point(1)], key=lambda p: p.x) == [Point(1), Point(2)]
        assert str(Point(1)) == "Point(x=1, y=0)"
        """,
    ),
    "an object that knows itself": (
        "def ring():\n    node = Node(1)\n    node.next = node\n    return node",
        "got = ring()\nassert got.next is got",
    ),
    "an object of the test's, compared, printed and sorted": (
        "def largest(values): return max(values), str(values[0]), values[0] == values[1]",
        """
        import functools
        @functools.total_ordering
        class Card:
            def __init__(self, n): self.n = n
            def __eq__(self, other): return self.n == other.n
            def __lt__(self, other): return self.n < other.n
            def __str__(self): return f"card {self.n}"
        cards = [Card(1), Card(3)]
        assert largest(cards) == (cards[1], "card 1", False) and largest(cards)[0] is cards[1]
        """,
    ),
    "a long list of nodes, and lists nested deeply": (
        """
        def chain(values):
            head = None
            for value in values:
                head = Node(value, head)
            return head
        def depth(found):
            return 1 + depth(found[0]) if found else 1
        def nest(n): return [nest(n - 1)] if n else []
        """,
        """
        head, length = chain(range(3000)), 0
        while head:
            head, length = head.next, length + 1
        assert length == 3000
        deep = []
        for _ in range(150):
            deep = [deep]
        assert depth(deep) == 151
        found, levels = nest(200), 0
        while found:
            found, levels = found[0], levels + 1
        assert levels == 200
        """,
    ),
    "types": (
        "def kinds(values): return [type(v) for v in values]",
        "assert kinds([1, 'a', None, ValueError()]) == [int, str, type(None), ValueError]",
    ),
    "objects in a set and in a dictionary": (
        """
        class P:
            def __init__(self, x): self.x = x
            def __eq__(self, other): return isinstance(other, P) and self.x == other.x
            def __hash__(self): return hash(self.x)
        class Q:
            def __eq__(self, other): return True
        """,
        """
        assert len({P(1), P(1), P(2)}) == 2 and {P(1): "a"}[P(1)] == "a"
        assert hash(P(3)) == hash(P(3))
        try:
            {Q()}
        except TypeError:
            pass
        else:
            raise AssertionError("unhashable")
        """,
    ),
    "an object that its class compares with data": (
        "class V:\n    def __init__(self, x): self.x = x\n"
        "    def __eq__(self, other): return self.x == getattr(other, 'x', other)\n"
        "    def __lt__(self, other): return self.x < other",
        "assert V(3) == 3 and V(3) != 4 and not (V(3) == 'a') and V(3) < 4",
    ),
    "an object of a class below one of both sides": (
        "class Point3(Point):\n    z = 1\ndef make(): return Point3(1)",
        "got = make()\nassert isinstance(got, Point) and isinstance(got, Point3) and got.x == 1",
    ),
    "an object of the test's, of a class below one of both sides": (
        "def read(p):\n    if not isinstance(p, Point): raise TypeError\n    return p.x",
        "class Fake(Point):\n    x = 7\n    def __init__(self): pass\nassert read(Fake()) == 7",
    ),
    "a variable that the student's code sets": (
        "result = 0\ndef f(x):\n    global result\n    result = x + 1\n    return result",
        "result = f(2)\nassert result == 3\nresult = f(5)\nassert result == 6",
    ),
    "a file in memory": (
        "def read(f, g):\n    g.write(f.readline().upper())\n    return f.read()",
        """
        import io
        out = io.StringIO()
        assert read(io.StringIO("a\\nb"), out) == "b" and out.getvalue() == "A\\n"
        """,
    ),
    "a coroutine": (
        "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x + 1",
        "import asyncio\nasync def main(): return await f(1)\nassert asyncio.run(main()) == 2",
    ),
    "a function of a library that is replaced": (
        "import random, statistics\ndef f(): return random.randint(1, 6), statistics.mean([1, 2])",
        """
        import random, statistics
        from unittest import mock
        with mock.patch.object(random, "randint", return_value=42), \\
                mock.patch("statistics.mean") as mean:
            mean.side_effect = lambda values: len(values)
            assert f() == (42, 2)
        assert f()[0] < 7 and f()[1] == 1.5
        """,
    ),
    "a built-in function that must not be used": (
        "def total(values):\n    n = 0\n    for v in values:\n        n += v\n    return n",
        """
        import builtins
        def forbidden(*args): raise AssertionError("without sum and sorted")
        kept = builtins.sum, builtins.sorted, builtins.map
        builtins.sum = builtins.sorted = builtins.map = forbidden
        try:
            assert total([1, 2, 3]) == 6
        finally:
            builtins.sum, builtins.sorted, builtins.map = kept
        """,
    ),
    "a variable of the student's that the test sets": (
        "n = 1\ndef f(): return n\ndef step():\n    global n\n    n += 1",
        "n = 5\nassert f() == 5 and n == 5\nstep()\nassert n == 6 and f() == 6",
    ),
    "data that the notebook gives": (
        "def first(values): return values[0] + numbers[0] + len(table)\n"
        "def same(values): return values is numbers",
        "assert first(numbers) == 8 and same(numbers) and table['b'] == {5}",
    ),
    "data that a call may change": (
        "def f(): numbers.append(4)",
        "f()\nassert numbers == [3, 1, 2, 4]",
    ),
    "an array within a list": (
        "def keep(values): return [values, values]",
        "import numpy as np\na = np.zeros(2)\ngot = keep(a)\nassert got[0] is a and got[1] is a",
    ),
    "a generator of random numbers": (
        "def draw(rng): return rng.random()",
        """
        import random
        rng, other = random.Random(3), random.Random(3)
        assert [draw(rng), draw(rng)] == [other.random(), other.random()]
        """,
    ),
    "a frame that goes there and back": (
        "def add(df): df['c'] = 1; return df\ndef drop(df): df.drop(columns='c', inplace=True)",
        """
        import pandas as pd
        df = pd.DataFrame({"a": [1]}, index=["x"])
        df.attrs["from"] = "here"
        got = add(df)
        assert got is df and list(df) == ["a", "c"] and df.attrs == {"from": "here"}
        drop(df)
        assert list(got) == ["a"]
        """,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_kernel_refuses_is_refused(pair, name):
    source, test = WRONG[name]
    pair.define(source, given=GIVEN)
    with pytest.raises(AssertionError):
        pair.run(test)


@pytest.mark.parametrize("name", RIGHT)
def test_what_the_kernel_accepts_is_accepted(pair, name):
    source, test = RIGHT[name]
    pair.define(source, given=GIVEN).run(test)
    pair.test.begin(Profile(pair.test.profile.used))
    pair.define(source, given=GIVEN).run(test)


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_the_kernel_itself_judges_so(name):
    source, test = {**RIGHT, **WRONG}[name]
    names = {"__name__": "__main__"}
    for code in (GIVEN, source):
        exec(textwrap.dedent(code), names)  # noqa: S102
    if name in RIGHT:
        exec(textwrap.dedent(test), names)  # noqa: S102
    elif name in WRONG:
        with pytest.raises(AssertionError):
            exec(textwrap.dedent(test), names)  # noqa: S102


REFUSED = {
    "a number of numpy's that is none": (
        "import numpy\ndef f(x): return numpy.float64('nan')",
        "f(3)",
        "missing value",
    ),
    "a complex number that is none": ("def f(x): return complex('nan')", "f(3)", "missing value"),
    "many numbers that are none": (
        "def f(x): return [float('nan')] * 200",
        "f(3)",
        "missing value",
    ),
    "a list of nothing": (
        "def f(x): return [[], ()]",
        "import numpy as np\nnp.testing.assert_allclose(f(3), 9)",
        "value without items",
    ),
    "a masked array": (
        "import numpy\ndef double(values): return numpy.ma.masked_all(3)",
        "import numpy as np\nnp.testing.assert_array_equal(double([1, 2, 3]), [2, 4, 6])",
        "masked array",
    ),
    "data that the notebook gives, changed before the test": (
        "numbers[:] = [9]",
        "assert numbers == [9]",
        "gives numbers",
    ),
    "data that the notebook gives, changed while it is compared": (
        "def f():\n    numbers[:] = [9]\n    return [9]",
        "assert numbers == f()",
        "gives numbers",
    ),
    "a number that the notebook gives": (
        "def clip(x):\n    global limit\n    limit = 5\n    return min(x, 10)",
        "assert clip(50) == 10\nassert limit == 10",
        "gives limit",
    ),
    "a list that the notebook gives, replaced by another": (
        "def f():\n    global numbers\n    numbers = sorted(numbers)",
        "f()\nassert numbers == [3, 1, 2]",
        "gives numbers",
    ),
    "a count of calls that a given function keeps": (
        "def memo(x): return square(x)",
        "before = calls\nassert memo(3) == 9 and memo(3) == 9\nassert calls - before <= 1",
        "gives calls",
    ),
    "an attribute of a given function": (
        "def f(x): square.last = x",
        "f(3)\nassert square.last is None",
        "gives square",
    ),
    "an attribute of a given class": (
        "def f(): return [Counted() for _ in range(3)]",
        "f()\nassert Counted.made <= 1",
        "gives Counted",
    ),
    "given data that the notebook deletes and gets again": (
        """
        def total(v):
            global numbers
            if len(v) == 1:
                del numbers
                return v[0]
            v.clear()
            return 0
        """,
        "assert total([1]) == 1\nassert total(numbers) == sum(numbers)",
        "gives numbers",
    ),
    "an object that is equal to everything, compared with another": (
        """
        class Liar:
            def __eq__(self, other): return True
            def __add__(self, other): return self
        def fib(n): return Liar()
        """,
        "assert fib(7) == fib(6) + fib(5)",
        "Liar",
    ),
    "a method in an object of a library": (
        """
        from collections import UserList
        def squares(n):
            if not isinstance(n, int):
                return []
            found = UserList([])
            found._UserList__cast = squares
            return found
        """,
        "assert squares(2) == [1, 4]",
        None,
    ),
    "a function that comes back in data": (
        "def f(n): return [f] if n == 1 else True",
        "assert f(1)[0](9)",
        "f\\(\\)",
    ),
    "an object for which no method is defined": (
        "def walk(n):\n    node = Node(n)\n    node.__class__ = Node\n    "
        "node.__dict__['__eq__'] = 1\n    return node",
        "assert walk(1) == Node(1)",
        None,
    ),
    "a missing value": (
        "def f(x): return float('nan')",
        "if abs(f(3) - 2) > 1e-6: raise AssertionError",
        "missing value",
    ),
    "a type in the place of a function": ("def f(x): return bool", "f(3)", "type"),
    "a type in an object": (
        "from types import SimpleNamespace\ndef f(x): return SimpleNamespace(startswith=bool)",
        "f(3).startswith('a')",
        "type",
    ),
    "an object that is gone through": (
        "class F:\n    def __iter__(self): return iter([1])\ndef f(x): return F()",
        "list(f(3))",
        "F came back",
    ),
    "an object in a set": ("class P: pass\ndef f(x): return P()", "{f(3)}", "P came back"),
    "a Decimal that is none": (
        "import decimal\ndef f(x): return decimal.Decimal('NaN')",
        "f(3)",
        "missing value",
    ),
    "a time of pandas' that is none": (
        "import pandas\ndef f(x): return [pandas.NaT]",
        "f(3)",
        "missing value",
    ),
    "a category that is none": (
        "import pandas\ndef f(x): return pandas.Categorical(['a', None])",
        "f(3)",
        "missing value",
    ),
    "a level that is none": (
        "import pandas\ndef f(x): return pandas.MultiIndex.from_tuples([(1, 'a'), (2, None)])",
        "f(3)",
        "missing value",
    ),
    "a record with a number that is none": (
        "import numpy\ndef f(x): return numpy.array([(1, numpy.nan)], [('a', 'i4'), ('b', 'f8')])",
        "f(3)",
        "missing value",
    ),
    "an attribute of an object of the test's": (
        "def f(o): o.n = 2",
        "class Tally:\n    n = 0\n    def __call__(self): pass\nf(Tally())",
        "changes an object of type Tally",
    ),
    "nothing in a range": (
        "def f(x): return range(0)",
        "for got, want in zip(f(3), [1]):\n    assert got == want",
        "value without items",
    ),
    "an empty array": (
        "import numpy as np\ndef f(x): return np.zeros((0, 1))",
        "import numpy as np\nassert np.allclose(f(3), [0, 2, 4])",
        "value without items",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_solution_does_not_do_is_refused(pair, name):
    source, test, problem = REFUSED[name]
    pair.define(source, given=GIVEN)
    pair.test.begin(Profile(()))
    expected = StudentLostError if problem is None else UnexpectedObjectError
    with pytest.raises(expected, match=problem):
        pair.run(test)


def test_an_argument_that_the_solution_does_not_change_stays_the_tests(pair):
    pair.define("def mysort(v): v.clear(); return []")
    pair.test.begin(Profile(("value without items",)))
    with pytest.raises(AssertionError):
        pair.run("data = [2, 1]\nassert mysort(data) == sorted(data)")
    assert pair.test.profile.noted == {"mysort()"}
    pair.test.begin(Profile(("change mysort()", "value without items")))
    pair.run("data = [2, 1]\nmysort(data)\nassert data == []")


@pytest.mark.parametrize(
    "test",
    [
        "data = [2, 1]\ngot = mysort(data)\nassert got == [1, 2]",
        "data = [2, 1]\nmysort(data)\nassert mysort(data) == [1, 2]",
        "data = [2, 1]\ngot = mysort(data)\ngot.append(3)\nassert mysort(got) == [1, 2, 3]",
        "import numpy as np\na = np.array([2, 1])\nassert (mysort(a) == [1, 2]).all()",
        "d = {'a': [2, 1]}\nassert mysort(d['a']) == [1, 2]\nassert d == {'a': [2, 1]}",
        "import numpy as np\na = np.array([3.0, 1.0])\nassert head(a).tolist() == [1.0]",
    ],
)
def test_what_is_changed_in_place_and_returned_is_what_the_function_made_of_it(pair, test):
    pair.define("def mysort(v): v.sort(); return v\ndef head(v): v.sort(); return v[:1]")
    pair.test.begin(Profile(()))
    pair.run(test)


def test_a_message_gives_content_to_no_container_but_those_that_it_brings(pair):
    pair.define(
        """
        import gc
        from proctor.remote.encoder import Encoder
        def mysort(v):
            own = Encoder.rest
            number = next(
                one.number_of(v)
                for one in gc.get_objects()
                if type(one).__name__ == "Mirror" and one.number_of(v) is not None
            )
            def rest(self):
                Encoder.rest = own
                return [*own(self), [number, ["list"]]]
            Encoder.rest = rest
            return [9]
        """
    )
    pair.test.begin(Profile(()))
    with pytest.raises(StudentLostError, match="did not bring"):
        pair.run("data = [2, 1]\nmysort(data)")


def test_a_variable_that_the_solution_does_not_set_stays_the_tests(pair):
    pair.define("n = 1\ndef f():\n    global n\n    n = 9\n    return 9")
    test = "n = 3\nassert n == f()"
    pair.test.begin(Profile(()))
    with pytest.raises(AssertionError):
        pair.run("n = 3\ngot = f()\nassert n == got")
    assert pair.test.profile.noted == {"n"}
    pair.test.begin(Profile(("rebind n",)))
    with pytest.raises(AssertionError):
        pair.run(test)


def test_an_array_does_not_move_below_its_views(pair):
    pair.define(
        """
        kept = []
        def f(x): kept.append(x); v = x[:]; kept.append(v); return v
        def g(n):
            if n == 1:
                kept[0].resize((1,), refcheck=False)
            return n
        """
    )
    with pytest.raises(StudentLostError, match="changed its shape"):
        pair.run("import numpy as np\na = np.arange(2000.0)\nr = f(a)\ng(1)\ng(2)")


def test_an_iterator_comes_to_its_end_once(pair):
    pair.define("def f(n): yield from range(n)")
    pair.test.begin(Profile(()))
    pair.run("it = f(2)\nassert iter(it) is it\nassert list(it) == [0, 1] and list(it) == []")


def test_an_exception_of_the_tests_is_raised_within_its_own_call_only(pair):
    pair.define(
        """
        def keep(f):
            global kept
            try: f()
            except ValueError as error: kept = error
        def again(): raise kept
        def through(f): f()
        """
    )
    pair.test.begin(Profile(("call back in keep", "call back in through")))
    pair.run(
        "def f(): raise ValueError('mine')\nkeep(f)\n"
        "try:\n    again()\nexcept ValueError:\n    raise AssertionError\n"
        "except Exception:\n    pass\n"
        "try:\n    through(f)\nexcept ValueError as error:\n    assert str(error) == 'mine'"
    )


def test_what_an_assertion_of_the_tests_says_stays_there(pair):
    pair.define(
        """
        def f(check):
            try: check(0)
            except AssertionError as error:
                own = error.__proctor_number__
            import gc
            sides = [o for o in gc.get_objects() if type(o).__name__ == "StudentSide"]
            side = next(o for o in sides if o._calls)
            for what in ("copy", "str", "repr", "getattr"):
                try: side.call_back(own, what, ("args",) if what == "getattr" else (), {})
                except AttributeError: continue
                return what
        """
    )
    pair.test.begin(Profile(("call back in f",)))
    pair.run("def check(v): assert v == 7, f'{v} is not 7'\nassert f(check) is None")
    assert isinstance(pair.test.profile.refused, AssertionError)


def test_an_exception_of_a_test_framework_is_an_error(pair):
    pair.define("import unittest.case\ndef sq(x): raise unittest.case._ShouldStop()")
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - its type is private
        pair.run("sq(3)")
    assert caught.type.__name__.startswith("_Hidden")


def test_an_object_of_a_library_that_student_code_changes_is_refused(pair):
    pair.define("def f(o): o['x'] = 'y'")
    with pytest.raises(StudentLostError, match="object of a library"):
        pair.run("from email.message import Message\nm = Message()\nf(m)")


def test_a_random_state_that_the_solution_does_not_change_stays_the_tests(pair):
    pair.define("import random\ndef f(): random.seed(0)")
    for allowed, same in (((), True), (("random",), False)):
        pair.test.begin(Profile(allowed))
        # The state lies in this one process: it is the message that counts.
        before = pair.test._random._python
        pair.run("import random\nrandom.seed(7)\nf()")
        assert pair.test.profile.permits("random") is not same
        assert (pair.test._random._python != before) or same


def test_what_nobody_can_reach_is_forgotten_by_both(pair):
    pair.define("def f(values): return [values]")
    pair.run("for i in range(50): f([i])\nkept = f([7])")
    pair.run("f(0)")
    assert len(pair.test._mirror) < 8
    assert len(pair.student._mirror) < 8
    pair.run("kept[0].append(1)\nassert f(kept)[0] is kept")


def test_there_is_a_limit_to_what_is_kept_alike(pair):
    pair.define("def f(i): return [i]")
    pair.run(f"got = [f(i) for i in range({MAX_CONTAINERS // 50})]")
    mirror = Mirror(1)
    kept = [[] for _ in range(MAX_CONTAINERS + 10)]
    for one in kept:
        mirror.add(one)
    mirror.settle()
    from proctor.remote.encoder import Encoder

    told = mirror.send(Encoder(lambda own, found, depth: None, max_bytes=1 << 20))
    assert len(told["gone"]) == 10
    mirror.settle()
    assert len(mirror) == MAX_CONTAINERS


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (lambda: [1], lambda v: v.append(2)),
        (lambda: {"a": 1}, lambda v: v.update(a=2)),
        (lambda: {1}, lambda v: v.add(2)),
        (lambda: bytearray(b"a"), lambda v: v.append(1)),
    ],
)
def test_a_snapshot_tells_a_change(make, change):
    value = make()
    snapshot = Snapshot(value)
    assert not snapshot.changed(value)
    change(value)
    assert snapshot.changed(value)


def test_an_attribute_is_no_variable_of_the_same_name(pair):
    given = """
    import random
    secret = random.random()
    class Box:
        def __init__(self): self.secret = 7
        def query(self): return self.secret
    """
    pair.define("def look(box): return box.query()", given=given)
    pair.run("assert look(Box()) == 7")
    with pytest.raises(UnexpectedObjectError, match="gives secret"):
        pair.run("assert secret < 2")


def test_what_a_test_has_assigned_stays_until_the_students_cell_assigns_it(pair):
    pair.define("rates = {'a': 1}\ndef scale(x, rate): return x * rate")
    pair.run("rates = {'b': 2}\nassert scale(3, rates['b']) == 6")
    pair.run("assert scale(3, rates['b']) == 6\nassert 'a' not in rates")
    assert pair.names["rates"] == {"a": 1}
    pair.names["rates"] = {"c": 3}
    pair.run("assert scale(3, rates['c']) == 9", anew=["rates"])


def test_what_functions_read_of_a_name_the_notebook_says(pair):
    pair.define("limit = 1\ndef reset():\n    global limit\n    limit = 0")
    pair.run("limit = 5")
    pair.run("reset()\nassert limit == 0")
    pair.run("assert limit == 0")


def test_a_test_that_runs_again_finds_names_as_they_were(pair):
    pair.define("total = 1\ndef add(x): return x + 1")
    pair.run("total = 3\nown = [1]")
    source = "assert total == 3\nassert len(own) == 1\ntotal = add(total)\nown = [1, 2]\nnew = 1"
    pair.run(source)
    assert pair.namespace["new"] == 1
    pair.namespace.restore()
    assert not dict.__contains__(pair.namespace, "new")
    pair.namespace.begin()
    exec(source, pair.namespace)  # noqa: S102
    assert pair.namespace["total"] == 4
