from proctor.errors import SubmissionError
from proctor.exports.outcome import GRADER_FAILED, Outcome, message, refusal, remark, title
from proctor.results import Origin


def test_points_are_those_of_all_notebooks(receipt):
    outcome = Outcome("tiny", (receipt(), receipt()))
    assert (outcome.score, outcome.max_score) == outcome.judged == (6, 8)
    assert not outcome.failed
    assert not outcome.needs_attention


def test_what_was_set_aside_is_a_failure_unless_the_student_can_mend_it(outcome):
    aside = {"status": "needs_attention", "reason": "KeyError", "origin": Origin()}
    assert outcome(**aside).failed
    assert not outcome(**aside, refused="It is no notebook.").failed


def test_a_lost_kernel_leaves_a_verdict(outcome):
    assert not outcome(status="needs_attention", reason="lost").failed
    assert outcome(status="needs_attention", reason="lost").needs_attention


def test_without_a_receipt_there_is_no_verdict():
    assert Outcome("tiny").failed


def test_an_exercise_is_called_by_cell_and_check(result):
    assert title(result()) == "UNQ_C1 double"
    assert title(result(cell="", id="stock-test")) == "stock-test"


def test_messages_are_plain(result):
    assert message(result("\x1b[31mred\x00\ud800")) == "red"


def test_a_graded_submission_needs_no_remark(outcome):
    assert remark(outcome()) == ""


def test_a_reason_for_the_staff_is_not_shown(outcome):
    said = remark(outcome(status="needs_attention", reason="/secret/path", stopped=True))
    assert "stopped before its end" in said
    assert "/secret" not in said


def test_only_what_was_stopped_is_said_to_have_been(outcome):
    said = remark(outcome(status="needs_attention", reason="two files have the same cells"))
    assert said == "The course's staff will look at this submission: the points below may change."


def test_a_failure_says_that_it_is_not_the_students():
    assert remark(Outcome("tiny")) == GRADER_FAILED


def test_a_refusal_names_no_place_of_this_machine():
    error = SubmissionError("an empty\x07 file", why="a reason", where="/secret/x", remedy="ask")
    assert refusal(error).startswith("An empty file. A reason. Put this right")
    assert "/secret" not in refusal(error)
