from proctor.errors import SubmissionError
from proctor.exports.messages import GRADER_FAILED, message, refusal, remark, title
from proctor.exports.outcome import Outcome


def test_an_exercise_is_called_by_cell_and_check(result):
    assert title(result()) == "UNQ_C1 double"
    assert title(result(cell="", id="stock-test")) == "stock-test"


def test_messages_are_plain(result):
    assert message(result("\x1b[31mred\x00\ud800")) == "red"


def test_a_graded_submission_needs_no_remark(outcome):
    assert remark(outcome()) == ""


def test_a_reason_for_the_staff_is_not_shown(outcome):
    said = remark(outcome(status="needs_attention", reason="/secret/path"))
    assert "stopped before its end" in said
    assert "/secret" not in said


def test_a_failure_says_that_it_is_not_the_students():
    assert remark(Outcome("tiny")) == GRADER_FAILED


def test_a_refusal_names_no_place_of_this_machine():
    error = SubmissionError("A rule.", found="an empty\x07 file", where="/secret/x", remedy="ask")
    assert refusal(error).startswith("A rule. Found: an empty file.")
    assert "/secret" not in refusal(error)
