"""What an error in a student's function most likely means."""

import functools

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from util import advice


def raised(function, *arguments):
    """Return what a function raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any error will do
        function(*arguments)
    return caught.value


def forgot(maps):
    weights = None
    return maps @ weights


def over_lines(maps):
    weights = None
    return np.dot(
        maps,
        weights.T,
    )


def in_a_helper(maps):
    gradients = None
    return np.matmul(maps, gradients)


@pytest.mark.parametrize("function", [forgot, over_lines])
def test_a_variable_that_holds_none_is_named(function):
    error = raised(function, np.eye(2))
    assert "Replace each None: weights is None where used." in advice.advise(error, function)


def test_an_error_that_says_nothing_of_none_is_understood_by_the_variables():
    error = raised(in_a_helper, np.eye(2))
    assert "None" not in str(error)
    assert "gradients is None" in advice.advise(error, in_a_helper)


def test_a_variable_that_the_line_does_not_read_is_not_blamed():
    def fails(maps):
        unused = None  # noqa: F841 - that is the test
        return maps @ np.eye(3)

    assert advice.advise(raised(fails, np.eye(2)), fails) == ""


def test_none_in_the_message_is_enough():
    error = raised(lambda: len(None))
    assert advice.advise(error, print) == "Replace each None: there is one where a value is needed."


@pytest.mark.parametrize(
    "error",
    [
        KeyError("Age"),
        ValueError("No such layer: maps. Existing layers are: []."),
        ValueError("The feature names should match those that were passed during fit."),
    ],
)
def test_what_is_not_there_leads_to_the_functions_own_arguments(error):
    assert advice.advise(error, forgot) == (
        "Does forgot use its own arguments, or variables of the notebook?"
    )


@pytest.mark.filterwarnings("ignore:you are shuffling")
def test_a_shuffle_that_returned_none_is_told_and_not_an_unknown_column():
    def shuffles(df, feature):
        df[feature] = np.random.shuffle(df[feature])
        return df

    # With labels that are no positions, shuffling a Series raises a KeyError.
    error = raised(shuffles, pd.DataFrame({"a": [1, 2, 3]}, index=[7, 8, 9]), "a")
    assert isinstance(error, KeyError)
    assert advice.advise(error, shuffles) == advice.SHUFFLE


@pytest.mark.parametrize("error", [ValueError("shapes (2,) (3,)"), ZeroDivisionError(), KeyError])
def test_of_other_errors_nothing_is_known(error):
    error = error if isinstance(error, Exception) else TypeError("(None, 10, 10, 3)")
    assert advice.advise(error, forgot) == ""
    assert advice.explanation(error) == str(error)


def test_what_was_noted_on_the_way_is_said():
    error = ZeroDivisionError()
    error.add_note("It was not called.")
    assert advice.advise(error, forgot) == "It was not called."


def test_colours_are_taken_out():
    assert (
        advice.plain(ValueError("\x1b[1mException\x1b[0m: \x1b[31;1mno\x1b[0m")) == "Exception: no"
    )


def test_a_long_message_leaves_room_for_the_advice():
    error = KeyError("x" * 1000)
    error.advice = advice.advise(error, forgot)
    said = advice.explanation(error)
    assert len(said) == 300
    assert said.endswith("variables of the notebook?")


def test_the_shapes_on_the_failing_line_are_seen():
    def over_the_channels(maps):
        unused = np.ones((7, 7))  # noqa: F841 - not on the line that fails
        weights = maps.mean(axis=2)
        count = 3
        return np.dot(maps, weights) / count

    error = raised(over_the_channels, np.ones((4, 5, 6)))
    said = advice.seen(error, over_the_channels)
    assert said == "maps has shape (4, 5, 6), weights has shape (4, 5)"
    assert advice.seen(raised(int, "x"), int) == ""


def test_the_shape_of_a_tensor_is_seen_too():
    def multiplies(tensor):
        return tensor @ tensor

    error = raised(multiplies, tf.ones((2, 3)))
    assert advice.seen(error, multiplies) == "tensor has shape (2, 3)"


def test_the_place_is_the_students_own_line():
    assert "maps @ weights" in advice.place(raised(forgot, np.eye(2)), forgot)
    assert advice.place(raised(int, "x"), int) == ""
    assert advice.place(raised(int, "x"), functools.partial(int)) == ""
    namespace = {}
    exec("def f():\n    return 1 / 0", namespace)  # noqa: S102 - code without a file
    assert advice.place(raised(namespace["f"]), namespace["f"]) == "line 2"


def test_what_a_function_raises_carries_advice():
    def fails(values):
        weights = None
        return weights @ values

    with pytest.raises(TypeError) as caught:
        advice.advising(fails)([1])
    assert caught.value.advice == "Replace each None: weights is None where used."
    assert caught.value.has_nones is True
    assert advice.explanation(caught.value).endswith(caught.value.advice)


def test_advice_that_is_no_text_is_left_out():
    error = ValueError("no")
    error.advice = object()
    assert advice.explanation(error) == "no"
    error.advice = "x" * 1000
    assert len(advice.explanation(error)) <= 300


def test_a_function_keeps_its_result_and_its_name():
    assert advice.advising(len)([1, 2]) == 2
    assert advice.advising(forgot).__name__ == "forgot"
