import pickle

from proctor.errors import SubmissionError


def test_an_error_says_rule_found_where_and_what_to_do_also_after_crossing_a_process():
    error = SubmissionError("A rule.", found="this", where="there", remedy="that")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is SubmissionError
    assert str(again) == "A rule.\n  found: this\n  where: there\n  what to do: that"
    assert again.summary == "A rule. Found: this (there). What to do: that."
