"""A check calls the student's functions in another process; what comes of it is told as JSON."""

import json

import numpy as np
import pytest

from proctor.checks import Check, Picture, Verdict, check, in_notebook, reference_check, replaced
from proctor.remote.checks import draw_pictures, run_check


class Recorder:
    """A stand-in that records its calls, of a class of the course's."""

    def __init__(self):
        self.calls = []

    def predict(self, values):
        self.calls.append(len(values))
        return values

    def __call__(self, values):
        return self.predict(values)


@pytest.fixture
def run(pair):
    """Return a function that runs a check on a student's code, with the uses of a solution."""

    def run(test, source, solution=None):
        pair.test._objects.packages = (Recorder.__module__,)
        one = test if isinstance(test, Check) else Check("f", "UNQ_C1", test)
        allowed = None
        for code in (source,) if solution is None else (solution, source):
            pair.names.clear()
            pair.define(code)
            found = run_check(pair.test, one, 1, allowed)
            allowed = found["uses"]
            json.dumps(found)
        return found

    return run


@check("f", cell="UNQ_C1")
def is_twice(student, rng):
    value = int(rng.integers(1, 100))
    return Verdict(1.0 if student.f(value) == 2 * value else 0.0, "said", "a-mistake")


def test_a_verdict_is_told(run):
    found = run(is_twice, "def f(x): return 2 * x")
    assert (found["score"], found["message"], found["misconception"]) == (1, "said", "a-mistake")
    assert run(is_twice, "def f(x): return x")["score"] == 0


def test_inputs_follow_from_the_seed(pair):
    pair.define("seen = []\ndef f(x): seen.append(x)")
    for seed in (1, 1, 2):
        run_check(pair.test, is_twice, seed, None)
    one, same, other = pair.names["seen"]
    assert one == same != other


def test_what_the_student_raises_is_told_and_may_be_explained(run):
    found = run(is_twice, "def f(x): raise KeyError('no')")
    assert (found["raised"], found["text"]) == ("KeyError", "'no'")

    def explaining(student, rng):
        try:
            student.f(1)
        except KeyError as error:
            error.explanation = "Is the key there?"
            raise
        return Verdict(1.0, "")

    assert run(explaining, "def f(x): raise KeyError('no')")["text"] == "Is the key there?"


@pytest.mark.parametrize("source", ["", "def g(x): pass"])
def test_what_is_not_defined_is_told(run, source):
    assert run(is_twice, source)["undefined"] == "the notebook does not define f"


def test_data_where_the_solution_has_a_function_are_undefined(run):
    found = run(is_twice, "f = 3", solution="def f(x): return 2 * x")
    assert "no function or class" in found["undefined"]


@pytest.mark.parametrize(
    "broken",
    [
        lambda student, rng: 1 / 0,
        lambda student, rng: student.f(1).shape,
        lambda student, rng: None,
        lambda student, rng: Verdict(2.0, ""),
    ],
)
def test_a_fault_of_the_check_is_none_of_the_students(run, broken):
    found = run(broken, "def f(x): return 1")
    assert "score" not in found
    assert found["fault"]


def test_a_fault_names_the_line(run):
    def broken(student, rng):
        raise LookupError("no\nsuch thing")

    assert "LookupError (line" in run(broken, "")["fault"]
    assert "test_checks.py" in run(broken, "")["fault"]
    assert "\n" not in run(broken, "")["fault"]


LIAR = """
class All:
    def __eq__(self, other): return True
    def __bool__(self): return True
    __hash__ = None
def f(x): return All()
"""


def test_an_object_in_the_place_of_data_is_refused_whatever_the_check_does(run):
    def lenient(student, rng):
        try:
            right = bool(student.f(1) == 2)
        except TypeError:
            right = True
        return Verdict(float(right), "")

    found = run(lenient, LIAR, solution="def f(x): return 2")
    assert "compared with data" in found["refused"]
    assert "score" not in found


def test_a_stand_in_records_where_no_student_code_can_change_it(run):
    def watched(student, rng):
        spy = Recorder()
        student.f(spy)
        return Verdict(float(spy.calls == [2, 2]), "")

    used = "def f(model):\n    model.predict([1, 2])\n    model([1, 2])"
    assert run(watched, used)["score"] == 1
    forged = """
    def f(model):
        for change in (
            lambda: model.calls.extend([2, 2]),
            lambda: setattr(model, "calls", [2, 2]),
            lambda: setattr(model, "predict", None),
            lambda: model.__dict__.update(calls=[2, 2]),
            lambda: model.predict.__self__.calls.extend([2, 2]),
            lambda: model.predict.__func__.__globals__,
        ):
            try:
                change()
            except AttributeError:
                pass
    """
    assert run(watched, forged)["score"] == 0


def test_what_a_stand_in_raises_is_the_students_to_answer_for(run):
    def picky(values):
        raise ValueError("two values are needed")

    found = run(lambda student, rng: student.f(picky), "def f(g): return g([1])")
    assert (found["raised"], found["text"]) == ("ValueError", "two values are needed")


def test_names_are_replaced_for_the_student_and_put_back(run, pair):
    def replacing(student, rng):
        calls = []
        with replaced(student, helper=calls.append, new=3):
            student.f(7)
        return Verdict(float(calls == [7]), "")

    source = "def helper(x): return x\ndef f(x): return helper(x)"
    assert run(replacing, source)["score"] == 1
    assert pair.names["helper"](5) == 5
    assert "new" not in pair.names


def test_a_public_function_runs_in_the_notebook(run):
    def building(student, rng):
        model = in_notebook(student, np.poly1d, [1, 2])
        return Verdict(float(student.f(model) == 12), "")

    assert run(building, "def f(p): return p(10)")["score"] == 1


def test_what_is_printed_and_warned_of_is_kept_apart(run, capsys):
    source = "import warnings\ndef f(x):\n    print('x')\n    warnings.warn('no')\n    return 2 * x"
    assert run(is_twice, source)["score"] == 1
    assert capsys.readouterr() == ("", "")


def test_random_states_are_apart(run):
    """Neither side tells the other; the solution's use of it is no use of the check's."""
    source = "import random\ndef f(x):\n    random.seed(0)\n    return 2 * x"
    found = run(is_twice, source, solution=source)
    assert (found["score"], found["uses"]) == (1, ["object f"])


def test_missing_values_and_empty_lists_are_for_the_check_to_judge(run):
    def any_list(student, rng):
        got = student.f(1)
        return Verdict(float(got == [] or np.isnan(got).all()), "")

    for source in ("def f(x): return []", "def f(x): return [float('nan')]"):
        assert run(any_list, source, solution="def f(x): return [1.0]")["score"] == 1


def test_pictures_are_drawn_after_a_verdict_and_never_count(run, pair):
    def drawn(student):
        return [Picture(f"{student.f(1)}", "alt", b"jpeg")]

    one = Check("f", "C", is_twice.run, drawn)
    found = run(one, "def f(x): return 2 * x")
    assert (found["score"], found["draws"]) == (1, True)
    assert draw_pictures(pair.test, one) == {
        "pictures": [{"title": "2", "alt": "alt", "jpeg": "anBlZw=="}]
    }
    failing = Check("f", "C", is_twice.run, lambda student: 1 / 0)
    assert draw_pictures(pair.test, failing) == {"pictures": ()}
    assert run(one, "")["draws"] is False


def test_a_reference_check_works_across_processes(run):
    test = reference_check("f", cell="C", solution=lambda x: [x, x], inputs=[(1,), (2,)])
    solution = "def f(x): return [x] * 2"
    assert run(test, "def f(x): return [x, x]", solution)["score"] == 1
    assert "another is expected" in run(test, "def f(x): return (x, x)", solution)["message"]
    assert run(test, LIAR, solution).get("score", 0) == 0
