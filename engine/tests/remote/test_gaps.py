"""What an outside verdict still takes for right, or for wrong, by mistake: each is to be mended.

They are why ``c.Examine.verdict`` is in-kernel by default; engine/docs/security.md lists them, and
two more that show only between two processes: replaced functions of libraries, and random numbers.
"""

from __future__ import annotations

import pytest

ACCEPTED = {
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
    "a view of an array": (
        "def head(values): return values[:2]",
        "import numpy as np\na = np.arange(5)\nb = head(a)\nb[:] = -1\nassert a[0] == 0",
    ),
    "a cached result": (
        "import functools\n@functools.lru_cache\ndef make(n): return [n]",
        "got = make(1)\ngot.append(5)\nassert make(1) == [1]",
    ),
    "an object of a class of the test's": (
        "def move(p): p.x += 1; return p.x",
        "class Point: x = 1\np = Point()\nassert move(p) == 2 and p.x == 1",
    ),
    "an object of a library's": (
        "def bump(o): o.n += 1; return o.n",
        "import types\no = types.SimpleNamespace(n=1)\nassert bump(o) == 2 and o.n == 1",
    ),
    "a masked array": (
        "import numpy\ndef double(values): return numpy.ma.masked_all(3)",
        "import numpy as np\nnp.testing.assert_array_equal(double([1, 2, 3]), [2, 4, 6])",
    ),
}
REFUSED = {
    "a named tuple": (
        "from collections import namedtuple\nPair = namedtuple('Pair', 'a b')\n"
        "def both(): return Pair(1, 3)",
        "assert both() == (1, 3)",
    ),
    "a number with a name": (
        "import enum\nclass Level(enum.IntEnum):\n    LOW = 1\ndef level(): return Level.LOW",
        "assert level() == 1",
    ),
    "a view of a dictionary's keys": (
        "def unique(text): return dict.fromkeys(text).keys()",
        "assert unique('aab') == {'a', 'b'}",
    ),
    "a defaultdict with a function": (
        "from collections import defaultdict\ndef count(): return defaultdict(lambda: 0)",
        "assert count()['z'] == 0",
    ),
    "a million integers": (
        "def flips(n): return [0] * n",
        "assert len(flips(1_000_000)) == 1_000_000",
    ),
    "an exception with attributes": (
        "class Low(Exception):\n    def __init__(self, need):\n        self.need = need\n"
        "def pay(): raise Low(4)",
        "try:\n    pay()\nexcept Low as error:\n    assert error.need == 4",
    ),
    "the text of an object": (
        "class R:\n    def __repr__(self): return 'R(3)'",
        "assert repr(R()) == 'R(3)'",
    ),
    "recursion through a function that was replaced": (
        "def fact(n): return 1 if n < 2 else n * fact(n - 1)",
        "kept = fact\ndef fact(n): return kept(n)\nassert fact(60) > 0",
    ),
}


@pytest.mark.xfail(strict=True, reason="copies on the wire are not the objects themselves")
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_the_kernel_refuses_is_refused(pair, name):
    source, test = ACCEPTED[name]
    pair.define(source)
    with pytest.raises(AssertionError):
        pair.run(test)


@pytest.mark.xfail(strict=True, reason="it is not taken for the data that it equals")
@pytest.mark.parametrize("name", REFUSED)
def test_what_the_kernel_accepts_is_accepted(pair, name):
    source, test = REFUSED[name]
    pair.define(source).run(test)
