import pytest

from proctor.errors import SubmissionError, reason_of


def test_an_error_of_ours_is_summarized_on_one_line():
    error = SubmissionError("this is wrong", why="it matters", where="there", remedy="do that")
    assert reason_of(error) == error.summary
    assert "\n" not in reason_of(error)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("first\nsecond"), "ValueError: first"),
        (KeyError(), "KeyError"),
        (ValueError("   "), "ValueError"),
        (ValueError("x" * 1000), "ValueError: " + "x" * 200),
    ],
)
def test_any_other_is_named_on_one_line(error, words):
    assert reason_of(error) == words
