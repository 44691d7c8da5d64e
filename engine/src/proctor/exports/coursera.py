"""Coursera: the contents of ``feedback.json``, and the page beside it.

See https://github.com/coursera/programming-assignments-demo, custom graders, version 2. With
``feedbackType`` HTML, learners see ``htmlFeedback.html`` from the same folder; with TXT, they see
``feedback`` as text. Coursera truncates ``feedback`` at 64 KB.
"""

from __future__ import annotations

import html
from typing import Any, Literal

from proctor.exports.outcome import Outcome, message, remark, title
from proctor.results import ExerciseResult

PAGE = "htmlFeedback.html"
_MAX = 60_000
"""Maximum bytes of the feedback text; Coursera's limit is 64 KB."""


def coursera_feedback(outcome: Outcome, kind: Literal["HTML", "TXT"] = "HTML") -> dict[str, Any]:
    """Return the contents of ``feedback.json``, without a score if the grader failed.

    Coursera treats a result without ``fractionalScore`` as a failure of the grader, not as a zero
    for the learner.

    Args:
        outcome: Outcome of the submission.
        kind: HTML if `coursera_page` is written beside it.
    """
    feedback = {"feedback": _text(outcome), "feedbackType": kind}
    return feedback if outcome.failed else {"fractionalScore": _fraction(outcome), **feedback}


def coursera_page(outcome: Outcome) -> str:
    """Return the page that learners see."""
    said = html.escape(remark(outcome))
    points = "" if outcome.failed else f"<p>{html.escape(_points(outcome))}</p>\n"
    head = "<tr><th>Exercise</th><th>Points</th><th>Result</th><th>Message</th></tr>\n"
    rows = "" if outcome.failed else "".join(map(_row, outcome.exercises))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{html.escape(outcome.assignment)}</title></head>\n<body>\n"
        + (f"<p><strong>{said}</strong></p>\n" if said else "")
        + points
        + (f'<table border="1" cellpadding="6">\n{head}{rows}</table>\n' if rows else "")
        + "</body>\n</html>\n"
    )


def _row(result: ExerciseResult) -> str:
    points = f"{result.score:g} of {result.max_score:g}"
    cells = (title(result), points, result.status)
    said = html.escape(message(result)).replace("\n", "<br>")
    texts = "".join(f"<td>{html.escape(text)}</td>" for text in cells)
    return f"<tr>{texts}<td>{said}</td></tr>\n"


def _text(outcome: Outcome) -> str:
    said = remark(outcome)
    if outcome.failed:
        return said
    lines = [
        f"{title(one)}: {one.score:g} of {one.max_score:g}, {one.status}. {message(one)}"
        for one in outcome.exercises
    ]
    text = "\n".join([*([said] if said else []), _points(outcome), *lines])
    return text.encode()[:_MAX].decode(errors="ignore")


def _points(outcome: Outcome) -> str:
    return f"{outcome.score:g} of {outcome.max_score:g} points."


def _fraction(outcome: Outcome) -> float:
    # Coursera rejects values outside 0 to 1, and a bonus could exceed 1.
    return min(1.0, max(0.0, outcome.score / outcome.max_score)) if outcome.max_score else 0.0
