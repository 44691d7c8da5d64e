"""The platforms whose containers the grader can run in, and the paths that they set."""

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
        submission: Folder of what was handed in.
        results: The file that it reads.
        answer: What stands in it, as JSON.
        pages: Files beside it, by name.
        prints: Whether the last line of standard output is the same JSON.
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
