import json

import jsonschema
import pytest

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
