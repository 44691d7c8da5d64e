"""One sentence, and no traceback."""

import os
import subprocess
import sys

import pytest

from util.visible.reporting import ExerciseError, explaining


def test_a_notebook_shows_the_sentence_and_nothing_else(tmp_path):
    code = (
        "from util import permute_feature_test\n"
        "permute_feature_test(lambda df, feature: df[feature].to_numpy())"
    )
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", code],
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    shown = (done.stdout + done.stderr).split("2     2    C \n")[1].strip()
    assert shown == (
        "ExerciseError: Return a DataFrame: a ndarray of shape (3,) came back; "
        "expected a DataFrame of shape (3, 2)."
    )


def test_what_goes_right_is_left_alone():
    with explaining(len, 1):
        pass


def test_an_exercises_own_hints_come_before_what_is_known_of_all():
    def stops():
        return unknown  # noqa: F821 - that is the test

    with (
        pytest.raises(ExerciseError, match=r"^Mine\. \(line \d+: return unknown"),
        explaining(stops, 1, {"^NameError": "Mine."}),
    ):
        stops()


def test_a_message_of_many_lines_becomes_one_and_not_too_long():
    def stops():
        raise ValueError("first\n\n  second " + "x" * 1000)

    with pytest.raises(ExerciseError, match="first second x") as caught, explaining(stops, 1):
        stops()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_student_who_stops_the_kernel_is_not_held_back():
    with pytest.raises(KeyboardInterrupt), explaining(len, 1):
        raise KeyboardInterrupt
