"""Coursera: the contents of ``feedback.json``, and the page beside it.

See https://github.com/coursera/programming-assignments-demo, custom graders, version 2. With
``feedbackType`` HTML, learners see ``htmlFeedback.html`` from the same folder; with TXT, they see
``feedback`` as text. Coursera truncates ``feedback`` at 64 KB.
"""

from __future__ import annotations

import html
from typing import Any, Literal

from proctor.exports.exercise_lines import ExerciseLine, lines_of_outcome
from proctor.exports.outcome import Outcome, remark
from proctor.results import points_text

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
    rows = "" if outcome.failed else "".join(map(_row, lines_of_outcome(outcome)))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{html.escape(outcome.assignment)}</title></head>\n<body>\n"
        + (f"<p><strong>{said}</strong></p>\n" if said else "")
        + points
        + (f'<table border="1" cellpadding="6">\n{head}{rows}</table>\n' if rows else "")
        + "</body>\n</html>\n"
    )


def _row(line: ExerciseLine) -> str:
    cells = (line.title, line.points(), line.status)
    said = html.escape(line.message).replace("\n", "<br>")
    texts = "".join(f"<td>{html.escape(text)}</td>" for text in cells)
    return f"<tr>{texts}<td>{said}</td></tr>\n"


def _text(outcome: Outcome) -> str:
    said = remark(outcome)
    if outcome.failed:
        return said
    lines = [
        f"{line.title}: {line.points()}, {line.status}. {line.message}"
        for line in lines_of_outcome(outcome)
    ]
    text = "\n".join([*([said] if said else []), _points(outcome), *lines])
    return text.encode()[:_MAX].decode(errors="ignore")


def _points(outcome: Outcome) -> str:
    told = points_text(outcome.score, outcome.max_score, outcome.outstanding_points, " points")
    return f"{told}."


def _fraction(outcome: Outcome) -> float:
    # Coursera knows no marks by hand, so they are left out of both. It rejects values outside 0 to
    # 1, and a bonus could exceed 1.
    score, max_score = outcome.judged
    return min(1.0, max(0.0, score / max_score)) if max_score else 0.0
