"""The platforms in whose containers the grader can run, and the paths that they prescribe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from proctor.exports.coursera import PAGE, coursera_feedback, coursera_page
from proctor.exports.gradescope import gradescope_results
from proctor.exports.outcome import Outcome


@dataclass(frozen=True)
class Platform:
    """What a platform expects of a grader in its container.

    Attributes:
        submission: Folder of the submission.
        results: Path of the result file.
        answer: Makes the contents of the result file, as JSON.
        pages: Make further files beside the result file, by name.
        prints: Whether the same JSON must be the last line of standard output.
    """

    submission: str
    results: str
    answer: Callable[[Outcome], Mapping[str, Any]]
    pages: Mapping[str, Callable[[Outcome], str]]
    prints: bool


PLATFORMS: Mapping[str, Platform] = {
    "gradescope": Platform(
        submission="/autograder/submission",
        results="/autograder/results/results.json",
        answer=gradescope_results,
        pages={},
        prints=False,
    ),
    "coursera": Platform(
        submission="/shared/submission",
        results="/shared/feedback.json",
        answer=coursera_feedback,
        pages={PAGE: coursera_page},
        prints=True,
    ),
}
