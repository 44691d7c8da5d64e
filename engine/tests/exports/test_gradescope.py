import json

import jsonschema
import pytest

from engine.tests.exports.marked_class import receipts_of
from proctor.exports.gradescope import gradescope_results
from proctor.exports.outcome import GRADER_FAILED, Outcome


def test_a_verdict_with_its_tests(outcome, result, check_schema):
    passed = result("Right.", id="total", cell="UNQ_C2", score=4.0, status="passed")
    found = gradescope_results(outcome(result(), passed))
    check_schema("gradescope", found)
    assert found["score"] == 7
    assert found["execution_time"] == 1.5
    assert [t["status"] for t in found["tests"]] == ["failed", "passed"]
    first = found["tests"][0]
    assert (first["name"], first["score"], first["max_score"]) == ("UNQ_C1 double", 3, 4)
    assert (first["output"], first["visibility"]) == ("Half of it.", "visible")
    assert found["stdout_visibility"] == "hidden"
    assert found["extra_data"] == {"assignment": "tiny", "status": "graded"}


def test_nothing_of_a_receipt_that_is_for_the_staff(outcome):
    text = json.dumps(gradescope_results(outcome(status="needs_attention", reason="/secret/path")))
    for hidden in ("c0ffee", "/secret", "put right", "f00d"):
        assert hidden not in text


def test_a_refusal_is_a_zero_that_says_why(outcome, result, check_schema):
    found = gradescope_results(outcome(result(score=0.0), refused="It is an empty file."))
    check_schema("gradescope", found)
    assert (found["score"], found["output"]) == (0, "It is an empty file.")
    assert found["extra_data"]["status"] == "refused"


def test_the_graders_failure_is_no_zero(check_schema):
    found = gradescope_results(Outcome("tiny"))
    assert found["output"] == GRADER_FAILED
    with pytest.raises(jsonschema.ValidationError):
        check_schema("gradescope", found)
    check_schema("gradescope", {**found, "score": 1})  # a score is all that it lacks
    assert "tests" not in found


def test_text_of_a_student_is_text(outcome, result, check_schema):
    found = gradescope_results(outcome(result("<b>\x1b]0;x\x07\ud800\x00</b>")))
    check_schema("gradescope", found)
    assert found["tests"][0]["output"] == "<b></b>"
    assert found["test_output_format"] == "text"


def test_what_waits_for_a_mark_has_no_score(check_schema):
    found = gradescope_results(Outcome("h", tuple(receipts_of("ann"))))
    check_schema("gradescope", found)
    tests = {test["name"]: test for test in found["tests"]}
    assert [*tests] == ["m/t1", "why", "n/t1", "code", "task1"]
    assert tests["why"] == {
        "max_score": 3.0,
        "name": "why",
        "output": "Waits for a mark by hand.",
        "visibility": "visible",
        "extra_data": {"status": "waiting"},
    }
    assert (found["score"], found["output"]) == (6.0, "6 of 15 points, 8 by hand.")
    assert found["extra_data"]["status"] == "needs_manual_grade"


def test_what_was_not_handed_in_is_a_zero(check_schema):
    found = gradescope_results(Outcome("h", tuple(receipts_of("dee"))))
    check_schema("gradescope", found)
    why = found["tests"][1]
    assert (why["score"], why["status"]) == (0.0, "failed")
    assert (found["output"], found["extra_data"]["status"]) == ("", "graded")


def test_nobody_marks_what_was_refused(check_schema):
    found = gradescope_results(Outcome("h", tuple(receipts_of("ann")), "It is an empty file."))
    check_schema("gradescope", found)
    assert [test["name"] for test in found["tests"]] == ["m/t1", "n/t1"]
    assert found["output"] == "It is an empty file."


def test_a_test_of_no_points_passes(outcome, result):
    (test,) = gradescope_results(outcome(result(score=0.0, max_score=0.0, status="passed")))[
        "tests"
    ]
    assert (test["status"], test["score"]) == ("passed", 0.0)
