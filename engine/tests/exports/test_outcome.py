from proctor.exports.outcome import Outcome
from proctor.results import Origin


def test_points_are_those_of_all_notebooks(receipt):
    outcome = Outcome("tiny", (receipt(), receipt()))
    assert (outcome.score, outcome.max_score, len(outcome.exercises)) == (6, 8, 2)
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
