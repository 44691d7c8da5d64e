"""What grade-one prints for platforms; its own JSON is tested with the other commands."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from engine.tests.outcomes import make_receipt
from proctor.cli.grade_one import _as_result
from proctor.results import HumanPart

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


@pytest.fixture
def grade(course, run, tmp_path):
    """Grade a file and get the object that is printed."""

    def graded(content, platform):
        path = tmp_path / "work.ipynb"
        path.write_text(content)
        done = run(course, "grade-one", str(path), "--assignment", "tiny", "--format", platform)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("\n") == 1
        assert str(tmp_path) not in done.stdout
        return json.loads(done.stdout)

    return graded


def test_gradescope_and_coursera_say_the_same(grade, filled):
    text = nbformat.writes(filled(UNQ_C1="def double(values):\n    return values"))
    results, feedback = grade(text, "gradescope"), grade(text, "coursera")
    assert [test["score"] for test in results["tests"]] == [2, 4, 0]
    assert results["score"] == 6
    assert (feedback["fractionalScore"], feedback["feedbackType"]) == (0.6, "TXT")
    message = "The values came back as they were."
    assert results["tests"][0]["output"] == message
    assert message in feedback["feedback"]


@pytest.mark.parametrize("platform", ["gradescope", "coursera"])
def test_what_is_no_notebook_is_a_zero_that_says_so(grade, platform):
    result = grade("{", platform)
    assert result.get("score", result.get("fractionalScore")) == 0
    assert "text that is not JSON" in json.dumps(result)


def test_what_waits_for_a_mark_by_hand_has_no_score():
    human = HumanPart(scores={"why": None, "blank": 0.0}, points={"why": 3.0, "blank": 1.0})
    receipt = make_receipt(human=human)
    found = _as_result(receipt, Path("work.ipynb"), 1.0)
    assert (found["score"], found["max_score"]) == (3.0, 8.0)
    assert (found["status"], found["reason"]) == (
        "needs_manual_grade",
        "marks by hand are outstanding: why",
    )
    assert found["by_hand"] == [
        {"id": "why", "score": None, "max_score": 3.0},
        {"id": "blank", "score": 0.0, "max_score": 1.0},
    ]
    lost = replace(receipt, status="needs_attention", reason="lost")
    assert _as_result(lost, Path("work.ipynb"), 1.0)["status"] == "needs_attention"
