"""Gradescope: the contents of ``results.json``.

See https://gradescope-autograders.readthedocs.io/en/latest/specs/. All formats are set to text, so
that nothing in a message is rendered as HTML or Markdown.
"""

from __future__ import annotations

from typing import Any

from proctor.exports.exercise_lines import ExerciseLine, lines_of_outcome
from proctor.exports.outcome import Outcome, remark
from proctor.results import points_text


def gradescope_results(outcome: Outcome) -> dict[str, Any]:
    """Return the contents of ``results.json``; without any score if the grader failed.

    Gradescope requires a score, at the top level or on each test. It treats a result with neither
    as a failure of the autograder, not as a zero for the student.
    """
    told = {
        "output": _output(outcome),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        # What the grader prints is for the staff.
        "stdout_visibility": "hidden",
        "extra_data": {"assignment": outcome.assignment, "status": outcome.standing},
    }
    if outcome.failed:
        return told
    tests = [_test(line) for line in lines_of_outcome(outcome)]
    return {"score": outcome.score, "execution_time": outcome.seconds, **told, "tests": tests}


def _output(outcome: Outcome) -> str:
    told = [said] if (said := remark(outcome)) else []
    if not outcome.failed and outcome.outstanding_points:
        points = points_text(
            outcome.score, outcome.max_score, outcome.outstanding_points, " points"
        )
        told.append(f"{points}.")
    return " ".join(told)


def _test(line: ExerciseLine) -> dict[str, Any]:
    told = {
        "max_score": line.max_score,
        "name": line.title,
        "output": line.message,
        "visibility": "visible",
    }
    # Neither passed nor failed, and no zero.
    if line.score is None:
        return {**told, "extra_data": {"status": line.status}}
    one = line.result
    about = {} if one is None else {"id": one.id, "verdict": one.verdict}
    return {
        **told,
        "score": line.score,
        "status": "passed" if line.status == "passed" else "failed",
        "extra_data": {**about, "status": line.status},
    }
