import html
import json

import jsonschema
import pytest

from engine.tests.exports.marked_class import receipts_of
from proctor.exports.coursera import coursera_feedback, coursera_page
from proctor.exports.outcome import GRADER_FAILED, Outcome


def test_a_fraction_and_what_was_said(outcome, check_schema):
    found = coursera_feedback(outcome())
    check_schema("coursera", found)
    assert (found["fractionalScore"], found["feedbackType"]) == (0.75, "HTML")
    assert found["feedback"] == ("3 of 4 points.\nUNQ_C1 double: 3 of 4, partial. Half of it.")
    assert coursera_feedback(outcome(), "TXT")["feedbackType"] == "TXT"


@pytest.mark.parametrize(
    ("score", "most", "fraction"), [(5.0, 4.0, 1.0), (-1.0, 4.0, 0.0), (0.0, 0.0, 0.0)]
)
def test_a_fraction_is_between_0_and_1(outcome, result, check_schema, score, most, fraction):
    found = coursera_feedback(outcome(result(score=score, max_score=most)))
    check_schema("coursera", found)
    assert found["fractionalScore"] == fraction


def test_feedback_is_no_longer_than_coursera_takes(outcome, result, check_schema):
    found = coursera_feedback(outcome(*[result("ü" * 10**5)] * 50))
    check_schema("coursera", found)
    assert len(found["feedback"].encode()) < 2**16


def test_a_refusal_is_a_zero_that_says_why(outcome, result, check_schema):
    found = coursera_feedback(outcome(result(score=0.0), refused="It is an empty file."))
    check_schema("coursera", found)
    assert found["fractionalScore"] == 0
    assert found["feedback"].startswith("It is an empty file.")


def test_the_graders_failure_is_no_zero(check_schema):
    found = coursera_feedback(Outcome("tiny"))
    assert found["feedback"] == GRADER_FAILED
    with pytest.raises(jsonschema.ValidationError, match="fractionalScore"):
        check_schema("coursera", found)
    page = coursera_page(Outcome("tiny"))
    assert html.escape(GRADER_FAILED) in page
    assert "points" not in page


def test_the_page_runs_nothing(outcome, result):
    evil = result("</td><script>x</script>\n\x1b[31m\ud800&", id="<b>", cell="")
    page = coursera_page(outcome(evil))
    assert "<script" not in page
    assert "<td>&lt;b&gt;</td><td>3 of 4</td><td>partial</td>" in page
    assert "&lt;script&gt;x&lt;/script&gt;<br>&amp;</td>" in page
    page.encode()


def test_nothing_of_a_receipt_that_is_for_the_staff(outcome):
    lost = outcome(status="needs_attention", reason="/secret/path")
    text = json.dumps(coursera_feedback(lost)) + coursera_page(lost)
    for hidden in ("c0ffee", "/secret", "put right", "f00d"):
        assert hidden not in text


def test_what_waits_for_a_mark_is_told_and_is_no_part_of_the_fraction(check_schema):
    outcome = Outcome("h", tuple(receipts_of("ann")))
    found = coursera_feedback(outcome)
    check_schema("coursera", found)
    assert found["fractionalScore"] == 6 / 7
    assert found["feedback"].startswith("6 of 15 points, 8 by hand.\nm/t1: 2 of 2")
    assert "why: – of 3, waiting. Waits for a mark by hand." in found["feedback"]
    assert "<td>task1</td><td>– of 4</td><td>waiting</td>" in coursera_page(outcome)
