"""What is not filled in yet is named, and what only looks like it is left alone."""

import pytest

from util import (
    cindex,
    compute_gradcam_test,
    grad_cam_test,
    permutation_importance_test,
    permute_feature_test,
)
from util.public_tests import ExerciseError
from util.visible import unfilled

EXERCISES = {"grad_cam": 1, "compute_gradcam": 2, "permute_feature": 3, "permutation_importance": 4}


@pytest.fixture
def test_of(tiny, picture):
    """Return the visible tests by exercise, as functions of the student's function alone."""
    return {
        "grad_cam": lambda f: grad_cam_test(f, tiny, picture, 120.0, 50.0),
        "compute_gradcam": compute_gradcam_test,
        "permute_feature": permute_feature_test,
        "permutation_importance": lambda f: permutation_importance_test(f, cindex),
    }


@pytest.mark.parametrize(("exercise", "number"), EXERCISES.items())
def test_a_released_cell_is_told_to_be_unfilled(exercise, number, cells, run, test_of):
    cell = cells[exercise]
    with pytest.raises(ExerciseError) as caught:
        test_of[exercise](run(cell, cell.released))
    count, first = len(cell.blank_lines()), next(iter(cell.blank_lines()))
    said = str(caught.value)
    assert said.startswith(f"Exercise {number} is not filled in yet: all {count} places")
    assert said.endswith(f"in line {first}.")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("exercise", "number"), EXERCISES.items())
def test_each_none_that_is_left_alone_is_named(exercise, number, cells, run, test_of):
    cell = cells[exercise]
    for line, blank in cell.blank_lines().items():
        with pytest.raises(ExerciseError) as caught:
            test_of[exercise](run(cell, cell.with_none(line)))
        said = str(caught.value)
        left = blank.split(" = None")[0].split(":")[0].replace('"', "'")
        assert said.startswith(f"Exercise {number} is not filled in yet: "), blank
        assert left in said, blank
        assert said.endswith(f"still says None, in line {line}."), blank


@pytest.mark.parametrize(("exercise", "number"), EXERCISES.items())
def test_one_who_has_come_half_the_way_is_told_where_to_go_on(
    exercise, number, cells, run, test_of
):
    cell = cells[exercise]
    lines = list(cell.blank_lines())
    for done in range(1, len(lines)):
        source = cell.released.split("\n")
        for line in lines[:done]:
            source[line - 1] = cell.solved.split("\n")[line - 1]
        with pytest.raises(ExerciseError, match=f"^Exercise {number} is not filled") as caught:
            test_of[exercise](run(cell, "\n".join(source)))
        assert str(caught.value).endswith(f"line {lines[done]}."), lines[done]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_solution_passes_whatever_is_none_in_it(exercise, cells, run, test_of):
    cell = cells[exercise]
    start = "    ### START CODE HERE ###\n"
    spare = f"{start}    spare = None\n    unused = spare\n"
    test_of[exercise](run(cell, cell.solved, (start, spare)))


def starts_with_none(values):
    best = None
    for value in values:
        if best is None:
            best = value
    return best


def never_reads(values):
    leftover = None  # noqa: F841 - a line of the released cell that was not needed
    return len(values)


def needs_it(values):
    total = None
    return total + len(values)


def grows(values):
    total = None
    total = total + len(values)
    return total


@pytest.mark.parametrize("function", [starts_with_none, never_reads, len, lambda: None])
def test_a_none_that_does_no_harm_is_not_told(function):
    assert unfilled.sentence(function, 1) == ""


@pytest.mark.parametrize("function", [needs_it, grows])
def test_a_none_that_is_used_is_told(function):
    assert "total still says None" in unfilled.sentence(function, 1)


def test_a_function_whose_text_is_not_to_be_found_is_left_alone():
    namespace = {}
    exec("def f():\n    x = None\n    return x + 1", namespace)  # noqa: S102 - code without a file
    assert unfilled.sentence(namespace["f"], 1) == ""
