"""A check from a solution: what passes, and what a student is told."""

import numpy as np
import pytest

from proctor.checks import UndefinedError, close, reference_check
from proctor.checks.student import LocalStudent


def squares(n):
    if n < 0:
        raise ValueError("negative")
    return [i * i for i in range(1, n + 1)]


def make(**options):
    return reference_check(
        "squares",
        cell="UNQ_C1",
        solution=squares,
        inputs=options.pop("inputs", [(3,), (5,), (-1,)]),
        mistakes={"starts_at_zero": lambda n: [i * i for i in range(n)]},
        messages={"starts_at_zero": "The squares begin with that of 1."},
        **options,
    )


def verdict(function, check=None):
    student = LocalStudent({"squares": function})
    return (check or make(inputs=[(3,), (5,)])).run(student, np.random.default_rng(0))


def test_what_the_solution_does_passes():
    assert verdict(squares, make()).score == 1


def test_a_known_mistake_is_named():
    found = verdict(lambda n: [i * i for i in range(n)])
    assert (found.score, found.misconception) == (0, "starts_at_zero")
    assert found.message == "The squares begin with that of 1."


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda n: None, "None"),
        (lambda n: 3, "a value of type int"),
        (lambda n: [1, 4], "2 of 2 calls of squares do not"),
        (lambda n: squares(n) if n == 3 else [], "1 of 2 calls"),
    ],
)
def test_what_is_wrong_is_told_in_kind(function, said):
    found = verdict(function)
    assert (found.score, found.misconception) == (0, None)
    assert said in found.message
    assert "[" not in found.message


def test_what_must_raise_must_raise():
    def lenient(n):
        return [i * i for i in range(1, n + 1)]

    found = verdict(lenient, make())
    assert found.score == 0
    assert "an error is to be raised" in found.message

    def other(n):
        if n < 0:
            raise KeyError
        return squares(n)

    assert verdict(other, make()).score == 0


def test_what_the_function_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        verdict(lambda n: 1 / 0)


def test_a_function_that_is_not_there_is_undefined():
    with pytest.raises(UndefinedError):
        make().run(LocalStudent({}), np.random.default_rng(0))


def test_inputs_are_drawn_and_not_changed_by_the_student():
    def solution(values):
        return sum(values)

    check = reference_check(
        "total",
        cell="C",
        solution=solution,
        inputs=lambda rng: [(list(rng.integers(1, 9, 3)),), ([1.0, 2.0],)],
        compare=close(),
    )

    def empties(values):
        values.clear()
        return 0

    def in_place(values):
        values.sort()
        return sum(values)

    def run(function):
        return check.run(LocalStudent({"total": function}), np.random.default_rng(0)).score

    assert (run(empties), run(in_place)) == (0, 1)


def test_a_check_without_inputs_is_a_fault_of_its_author():
    with pytest.raises(ValueError, match="no inputs"):
        verdict(squares, make(inputs=[]))


def test_an_array_of_another_shape_is_said():
    check = reference_check("f", cell="C", solution=lambda n: np.zeros(n), inputs=[(3,)])
    found = check.run(LocalStudent({"f": lambda n: np.zeros((1, n))}), np.random.default_rng(0))
    assert "shape (1, 3)" in found.message
