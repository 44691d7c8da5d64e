"""Gradescope: the contents of ``results.json``.

See https://gradescope-autograders.readthedocs.io/en/latest/specs/. All formats are set to text, so
that nothing in a message is rendered as HTML or Markdown.
"""

from __future__ import annotations

from typing import Any

from proctor.exports.outcome import Outcome, message, remark, title
from proctor.results import ExerciseResult


def gradescope_results(outcome: Outcome) -> dict[str, Any]:
    """Return the contents of ``results.json``; without any score if the grader failed.

    Gradescope requires a score, at the top level or on each test. It treats a result with neither
    as a failure of the autograder, not as a zero for the student.
    """
    told = {
        "output": remark(outcome),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        # What the grader prints is for the staff.
        "stdout_visibility": "hidden",
        "extra_data": {"assignment": outcome.assignment, "status": _status(outcome)},
    }
    if outcome.failed:
        return told
    tests = [_test(result) for result in outcome.exercises]
    return {"score": outcome.score, "execution_time": outcome.seconds, **told, "tests": tests}


def _test(result: ExerciseResult) -> dict[str, Any]:
    return {
        "score": result.score,
        "max_score": result.max_score,
        "name": title(result),
        "status": "passed" if result.status == "passed" else "failed",
        "output": message(result),
        "visibility": "visible",
        "extra_data": {"id": result.id, "status": result.status, "verdict": result.verdict},
    }


def _status(outcome: Outcome) -> str:
    if outcome.failed:
        return "grader_failed"
    if outcome.refused:
        return "refused"
    return "needs_attention" if outcome.needs_attention else "graded"
