"""What ordinary tests do with a student's functions, classes and data, from another process."""

from __future__ import annotations

import pytest

from proctor.remote.profile import Profile, StudentLostError, UnexpectedObjectError
from proctor.remote.proxies import ReferenceComparedError

SQUARES = """
    def squares(n):
        if n < 1:
            raise ValueError("n must be positive")
        return [i * i for i in range(1, n + 1)]

    def sum_of_squares(n):
        return sum(squares(n))
"""
VECTOR = """
    class Vector:
        def __init__(self, x, y):
            self.x, self.y = x, y
        def __add__(self, other):
            return Vector(self.x + other.x, self.y + other.y)
        def __mul__(self, factor):
            return Vector(self.x * factor, self.y * factor)
        def __eq__(self, other):
            return (self.x, self.y) == (other.x, other.y)
        def __len__(self):
            return 2
        def __repr__(self):
            return f"Vector({self.x}, {self.y})"
        def scaled(self, factor):
            return [self.x * factor, self.y * factor]
"""
PASSING = {
    "a value": (SQUARES, "assert squares(3) == [1, 4, 9]"),
    "nose-like": (
        SQUARES,
        """
        from unittest import TestCase
        TestCase().assertRaises(ValueError, squares, 0)
        TestCase().assertEqual(squares(2), [1, 4])
        """,
    ),
    "the text of an exception": (
        SQUARES,
        """
        try:
            squares(0)
        except ValueError as error:
            assert str(error) == "n must be positive"
        else:
            raise AssertionError
        """,
    ),
    "a function that is deleted": (
        SQUARES,
        """
        original = squares
        del squares
        try:
            sum_of_squares(1)
        except NameError:
            pass
        else:
            raise AssertionError("sum_of_squares does not use squares")
        finally:
            squares = original
        assert sum_of_squares(2) == 5
        """,
    ),
    "a function that is replaced": (
        SQUARES,
        """
        original = squares
        squares = lambda n: [100]
        assert sum_of_squares(3) == 100
        squares = original
        assert sum_of_squares(3) == 14
        """,
    ),
    "a mock": (
        SQUARES,
        """
        from unittest import mock
        original = squares
        squares = mock.Mock(return_value=[1, 2])
        assert sum_of_squares(9) == 3
        squares.assert_called_once_with(9)
        squares = original
        """,
    ),
    "a class": (
        VECTOR,
        """
        v = Vector(1, 2)
        assert v.x == 1 and len(v) == 2 and isinstance(v, Vector)
        assert v + Vector(3, 4) == Vector(4, 6)
        assert (v * 2).y == 4
        assert v.scaled(3) == [3, 6]
        v.x = 7
        assert v.x == 7
        assert repr(v) == "Vector(7, 2)"
        assert f"{v}" == "Vector(7, 2)"
        """,
    ),
    "an exception of the student's": (
        """
        class TooSmall(ValueError):
            pass
        def check(n):
            raise TooSmall("no")
        """,
        """
        try:
            check(1)
        except TooSmall as error:
            assert str(error) == "no"
        else:
            raise AssertionError
        """,
    ),
    "an argument changed in place": (
        "def sort(values, seen): values.sort(); seen['sorted'] = values",
        """
        values, seen = [3, 1, 2], {}
        sort(values, seen)
        assert values == [1, 2, 3] and seen["sorted"] is values
        """,
    ),
    "the argument itself": (
        "def same(x): return x",
        "x = [1]\nassert same(x) is x and same(None) is None",
    ),
    "a callback": (
        "def apply(f, values): return [f(v) for v in values]",
        "assert apply(lambda v: v * 2, [1, 2]) == [2, 4]",
    ),
    "a callback that raises": (
        """
        def catch(f):
            try:
                f()
            except ZeroDivisionError as error:
                return type(error).__mro__[1].__name__ + str(error)
        def pass_on(f):
            f()
        """,
        """
        assert catch(lambda: 1 / 0).endswith("division by zero")
        try:
            pass_on(lambda: 1 / 0)
        except ZeroDivisionError:
            pass
        else:
            raise AssertionError
        """,
    ),
    "an object of the test's": (
        "def use(account): account.deposit(5); return account.total",
        """
        class Account:
            total = 0
            def deposit(self, amount):
                self.total += amount
        account = Account()
        assert use(account) == 5 and account.total == 5
        """,
    ),
    "a generator": (
        "def count(n):\n    yield from range(n)",
        """
        import inspect, types
        assert list(count(3)) == [0, 1, 2]
        assert next(count(2)) == 0
        assert inspect.isgenerator(count(1)) and isinstance(count(1), types.GeneratorType)
        """,
    ),
    "what kind of thing it is": (
        "def f(a, b=2):\n    'about f'\n    return 1\nclass C: pass",
        """
        import types
        assert callable(f) and isinstance(f, types.FunctionType) and f.__name__ == "f"
        assert f.__doc__ == "about f" and not callable(C())
        assert f is f and f.__code__.co_argcount == 2
        """,
    ),
    "printed text": (
        "def greet(name):\n    print('Hello', name)",
        """
        import contextlib, io
        with contextlib.redirect_stdout(io.StringIO()) as out:
            greet("Ann")
        assert out.getvalue() == "Hello Ann\\n"
        """,
    ),
    "input that is typed": (
        "def ask():\n    return int(input('n? ')) + 1",
        """
        import builtins
        asked, builtins.input = builtins.input, lambda prompt='': '41'
        try:
            assert ask() == 42
        finally:
            builtins.input = asked
        """,
    ),
    "random numbers": (
        "import random, numpy\ndef draw(): return random.random(), numpy.random.rand()",
        """
        import random, numpy
        random.seed(1); numpy.random.seed(1)
        drawn = draw(); again = draw()
        random.seed(1); numpy.random.seed(1)
        assert drawn == (random.random(), numpy.random.rand())
        assert again == (random.random(), numpy.random.rand())
        """,
    ),
    "a numpy generator": (
        "def draw(rng): return rng.random()",
        """
        import numpy
        rng, other = numpy.random.default_rng(3), numpy.random.default_rng(3)
        assert [draw(rng), draw(rng)] == [other.random(), other.random()]
        """,
    ),
    "arrays and frames": (
        """
        import numpy as np, pandas as pd
        def double(values): values *= 2
        def column(frame): frame["b"] = frame["a"] + 1; return frame
        table = pd.DataFrame({"a": [1, 2]})
        """,
        """
        import numpy as np, pandas as pd
        values = np.arange(3.0)
        double(values)
        np.testing.assert_array_equal(values, [0, 2, 4])
        frame = pd.DataFrame({"a": [1, 2]})
        assert column(frame) is frame and list(frame["b"]) == [2, 3]
        pd.testing.assert_frame_equal(table, pd.DataFrame({"a": [1, 2]}))
        assert table.shape == (2, 1)
        """,
    ),
    "names": (
        "x = 5\nhidden = 3",
        "assert 'x' in dir() and 'x' in globals() and globals()['x'] == 5 and eval('x') == 5",
    ),
    "a function within a function": (
        "def adder(n): return lambda x: x + n",
        "assert adder(2)(3) == 5",
    ),
    "a library's function as an argument": (
        "def apply(f, x): return f(x)",
        "import math, numpy as np\nassert apply(math.sqrt, 9) == 3 and apply(np.sin, 0) == 0",
    ),
    "a linked list": (
        """
        class Node:
            def __init__(self, value, next=None):
                self.value, self.next = value, next
        def build(values):
            head = None
            for value in reversed(values):
                head = Node(value, head)
            return head
        """,
        """
        node, found = build([1, 2, 3]), []
        while node:
            found.append(node.value)
            node = node.next
        assert found == [1, 2, 3]
        """,
    ),
    "a comparison with None": (
        "class A: pass\ndef make(): return A()",
        "assert make() is not None",
    ),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_test_that_passes_in_the_kernel_passes(pair, name):
    source, test = PASSING[name]
    pair.define(source).run(test)


@pytest.mark.parametrize("name", PASSING)
def test_it_passes_with_what_it_has_used_before_and_nothing_else(pair, name):
    source, test = PASSING[name]
    pair.define(source).run(test)
    pair.test.begin(Profile(pair.test.profile.used))
    pair.define(source)
    pair.run(test)


EVIL = """
    class Evil:
        def __eq__(self, other): return True
        def __ne__(self, other): return False
        def __lt__(self, other): return True
        __le__ = __gt__ = __ge__ = __lt__
        def __sub__(self, other): return 0
        __rsub__ = __add__ = __radd__ = __sub__
        def __abs__(self): return self
        def __bool__(self): return True
        def __contains__(self, item): return True
        def __getitem__(self, key): return True
        def __getattr__(self, name): return lambda *args, **kwargs: True
        def __call__(self, *args): return True
    def f(*args): return Evil()
    class int(int):
        def __eq__(self, other): return True
        __hash__ = None
    def g(*args): return int(3)
"""
REFUSED = [
    "assert f(3) == 9",
    "assert 9 == f(3)",
    "assert not f(3) != 9",
    "assert f(3) < 9",
    "assert abs(f(3) - 9) < 1e-6",
    "assert abs(9 - f(3)) < 1e-6",
    "assert f(3)",
    "assert 9 in f(3)",
    "assert f(3).equals(9)",
    "assert f(3)[9]",
    "assert f(3)(9)",
    "assert f(3) in [9]",
    "import math\nassert math.isclose(f(3), 9)",
    "import numpy as np\nassert np.isclose(f(3), 9)",
    "import numpy as np\nnp.testing.assert_allclose(f(3), 9)",
    "from unittest import TestCase\nTestCase().assertEqual(f(3), 9)",
    "from unittest import TestCase\nTestCase().assertTrue(f(3))",
    "assert g(3) == 9",
    "assert [g(3)] == [9]",
    "assert (9,) == (f(3),)",
    "assert {'a': f(3)} == {'a': 9}",
    "assert sorted([f(3), 9]) == [9, 9]",
]


@pytest.mark.parametrize("test", REFUSED)
def test_an_object_equal_to_everything_earns_nothing(pair, test):
    pair.define(EVIL)
    pair.test.begin(Profile(()))
    with pytest.raises((TypeError, AssertionError, ReferenceComparedError)):
        pair.run(test)


def test_what_the_solution_did_not_need_is_refused(pair):
    pair.define("class A:\n    def equals(self, other): return True\ndef f(): return A()")
    pair.test.begin(Profile(()))
    with pytest.raises(UnexpectedObjectError, match=r"f\(\)\.equals is a function"):
        pair.run("assert f().equals(9)")


def test_a_module_that_the_student_imported_compares_nothing(pair):
    pair.define("import math")
    with pytest.raises(UnexpectedObjectError, match="module"):
        pair.run("assert math.isclose(1, 1)")


def test_a_function_whose_name_begins_like_a_modules_is_called_as_any_other(pair):
    pair.define("def module_sum(values): return values[0]")
    pair.test.begin(Profile(()))
    pair.run("assert module_sum([1]) == 1")


def test_a_function_that_nobody_knows_of_is_not_fetched(pair):
    pair.define("x = 1")
    pair.names["close"] = lambda a, b: True
    with pytest.raises(NameError):
        pair.run("assert close(1, 2)")


def test_builtins_are_the_tests_own(pair):
    pair.define("def f(): return 3")
    pair.names["sum"] = pair.names["isinstance"] = lambda *args: 9
    pair.run("assert sum([1, 2]) == 3 and not isinstance(f(), str)")


def test_what_the_test_defines_is_not_replaced(pair):
    pair.define("def f(): return 3")
    pair.names["check"] = lambda value: True
    with pytest.raises(AssertionError):
        pair.run("def check(value): return value == 9\nassert check(f())")


def test_the_tests_functions_show_nothing_of_themselves(pair):
    pair.define(
        """
        def look(f):
            found = []
            for name in ("__globals__", "__code__", "__closure__", "gi_frame", "__self__"):
                try:
                    found.append(getattr(f, name) is not None)
                except AttributeError:
                    pass
            return found
        """
    )
    pair.run("expected = 9\nassert look(lambda x: expected) == []")


def test_an_objects_private_parts_are_not_shown(pair):
    pair.define("def look(o): return o._secret")
    with pytest.raises(AttributeError):
        pair.run("class O: _secret = 9\nlook(O())")


def test_a_failed_assertion_in_a_callback_tells_the_student_nothing(pair):
    pair.define(
        """
        seen = []
        def f(check):
            try:
                check(3)
            except AssertionError as error:
                seen.append(str(error))
        """
    )
    pair.run("def check(x): assert x == 9, 'expected 9'\nf(check)")
    assert pair.names["seen"] == [""]


def test_calls_within_calls_end(pair):
    pair.define("def f(g): return g()")
    with pytest.raises(RecursionError):
        pair.run("def g(): return f(g)\ng()")


def test_too_many_calls_end(pair, monkeypatch):
    monkeypatch.setattr("proctor.remote.test_side.MAX_REQUESTS", 50)
    pair.define("def count():\n    while True:\n        yield 1")
    with pytest.raises(StudentLostError, match="more than 50 calls"):
        pair.run("list(count())")


def test_a_callback_after_the_call_is_refused(pair):
    pair.define(
        """
        import threading
        kept, problems, go = [], [], threading.Event()
        def keep(f):
            kept.append(f)
            def later():
                go.wait(10)
                try:
                    kept[0](1)
                except RuntimeError as error:
                    problems.append(str(error))
            thread = threading.Thread(target=later)
            thread.start()
            kept.append(thread)
        """
    )
    pair.run("keep(lambda x: x)")
    pair.names["go"].set()
    pair.names["kept"][1].join(10)
    assert "is over" in pair.names["problems"][0]


def test_a_callback_from_another_thread_is_answered(pair):
    pair.define(
        """
        from concurrent.futures import ThreadPoolExecutor
        def parallel(f, values):
            with ThreadPoolExecutor(4) as pool:
                return list(pool.map(f, values))
        """
    )
    pair.run("assert parallel(lambda v: v + 1, list(range(20))) == list(range(1, 21))")


def test_a_callback_takes_arguments_of_any_name(pair):
    pair.define("def f(g): return g(1, name=2, own=3, what=4, side=5)")
    pair.run(
        "assert f(lambda x, **named: [x, sorted(named)]) == [1, ['name', 'own', 'side', 'what']]"
    )


def test_an_object_of_a_library_is_never_compared_with_data(pair):
    """Any liar could stand in its place: its class is not what a test tests."""
    pair.define("import ipaddress\ndef f(): return ipaddress.ip_address('10.0.0.1')")
    with pytest.raises(ReferenceComparedError):
        pair.run("import ipaddress\nassert f() == ipaddress.ip_address('10.0.0.1')")


def test_a_refusal_is_remembered_whatever_the_test_catches(pair):
    pair.define(EVIL)
    for test in ("f(3) < 9", "f(3) == 9"):
        pair.test.begin(Profile(()))
        pair.run(f"try:\n    {test}\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError")
        assert isinstance(pair.test.profile.refused, ReferenceComparedError)
    pair.test.begin(Profile(()))
    pair.run("try:\n    f(3).equals(9)\nexcept Exception:\n    pass")
    assert isinstance(pair.test.profile.refused, UnexpectedObjectError)


@pytest.mark.parametrize("raised", ["unittest.SkipTest('no')", "StopIteration", "GeneratorExit"])
def test_an_exception_that_ends_a_test_quietly_is_an_error(pair, raised):
    pair.define(f"import unittest\ndef f(x):\n    raise {raised}")
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - its type is private
        pair.run("for got in map(f, [1]):\n    assert got == 9")
    assert caught.type.__name__.startswith("_Hidden")


NEITHER = "try:\n    f(1)\nexcept {}:\n    pass"


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("def f(x): return next(iter([]))", "RuntimeError"),
        ("class Low(BaseException): pass\ndef f(x): raise Low", "Exception"),
        ("import json\ndef f(x): return json.loads('{')", "RuntimeError"),
        ("import unittest\ndef f(x): raise unittest.SkipTest", "RuntimeError"),
    ],
)
def test_an_exception_is_not_caught_as_one_that_it_is_not(pair, source, named):
    pair.define(source)
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - its type is private
        pair.run(NEITHER.format(named))
    assert caught.type is not RuntimeError


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import json\ndef f(x): return json.loads('{')", "ValueError"),
        ("import json\ndef f(x): return json.loads('{')", "__import__('json').JSONDecodeError"),
        ("def f(x): return b'\\xff'.decode()", "UnicodeDecodeError"),
        ("def f(x): return next(iter([]))", "Exception"),
    ],
)
def test_an_exception_is_caught_as_what_it_is(pair, source, named):
    pair.define(source)
    pair.run(NEITHER.format(named))


def test_a_random_state_that_reads_beyond_its_words_is_refused(pair):
    pair.define(
        """
        import numpy
        def f():
            state = list(numpy.random.get_state())
            state[2] = 10**9
            numpy.random.set_state(tuple(state))
        """
    )
    with pytest.raises(StudentLostError, match="random state"):
        pair.run("f()")


def test_an_object_that_can_not_be_pickled_stays_with_the_test(pair):
    pair.define("def same(one, other): return one is other")
    pair.run("import threading\nlock = threading.Lock()\nassert same(lock, lock)")
    pair.run("same = threading.Lock()")


def test_a_name_is_the_same_object_wherever_it_is_written(pair):
    pair.define("wanted = 'mean'\ndef pick(kind): return kind is wanted")
    pair.run("assert pick('mean') and pick(kind='mean') and not pick('me an')")


def test_a_function_that_student_code_replaces_is_the_new_one_from_then_on(pair):
    pair.define("""
    def once():
        global once
        once = lambda: 2
        return 1
    def drop():
        global once
        del once
    """)
    pair.run("assert once() == 1\nassert once() == 2\nassert once() == 2")
    pair.run(
        "assert once() == 2\ndrop()\ntry:\n    once()\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError"
    )
