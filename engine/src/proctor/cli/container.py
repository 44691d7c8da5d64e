"""``proctor container``: grade inside a platform's container, using the platform's paths."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from traitlets import Unicode

from proctor.cli import DESCRIPTIONS, EXIT_ERROR
from proctor.cli.base import ALIASES, FLAGS, FULL
from proctor.cli.single_command import SingleCommand, stdout_to_stderr
from proctor.errors import Exit, reason_of
from proctor.exports.coursera import PAGE, coursera_feedback, coursera_page
from proctor.exports.gradescope import gradescope_results
from proctor.exports.outcome import Outcome
from proctor.files.atomic import write_text
from proctor.submission.notebooks import find_notebooks
from proctor.text import plain


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


class ContainerCommand(SingleCommand):
    """Grades the submission that a platform placed in the container."""

    name = "proctor-container"
    description = DESCRIPTIONS["container"]
    examples = """
        proctor container gradescope --assignment C3M3
        proctor container coursera --assignment C3M3
        proctor container coursera --assignment C3M3 --submission work --results out/feedback.json
    """
    aliases = {
        **ALIASES,
        "submission": "ContainerCommand.submission",
        "results": "ContainerCommand.results",
    }
    flags = {**FLAGS, "full": FULL}

    submission = Unicode(
        "",
        help="Folder of what was handed in. Empty: the platform's, which is "
        + " or ".join(f"{p.submission} ({name})" for name, p in PLATFORMS.items())
        + ".",
    ).tag(config=True)
    results = Unicode(
        "",
        help="The file that the platform reads; what else it reads lies beside it. Empty: the "
        "platform's, which is "
        + " or ".join(f"{p.results} ({name})" for name, p in PLATFORMS.items())
        + ".",
    ).tag(config=True)

    def run(self) -> None:
        """Write the results file; the exit status is 0 if it has a score."""
        known, assignment = " or ".join(PLATFORMS), self.coursedir.assignment_id
        if len(self.extra_args) != 1 or self.extra_args[0] not in PLATFORMS or not assignment:
            self.stop_usage(f"it takes the platform, {known}, and --assignment NAME")
        platform = PLATFORMS[self.extra_args[0]]
        with stdout_to_stderr():
            # If the container is stopped before grading ends, the file has no score.
            self._write(platform, Outcome(assignment))
            outcome = self._outcome(platform, assignment)
            text = self._write(platform, outcome)
        if platform.prints:
            print(text, end="")
        if outcome.failed:
            raise Exit(EXIT_ERROR)

    def _outcome(self, platform: Platform, assignment: str) -> Outcome:
        folder, given = Path(self.submission or platform.submission), self.source_folder(assignment)
        find = partial(find_notebooks, folder, given=given)
        try:
            outcome = self.grade(assignment, find)
        # Whatever the error, the platform must receive a result, one without a score.
        except Exception as error:
            self._report_to_staff(reason_of(error))
            return Outcome(assignment)
        for receipt in outcome.receipts:
            if receipt.reason:
                self._report_to_staff(receipt.reason)
        return outcome

    def _write(self, platform: Platform, outcome: Outcome) -> str:
        """Write the platform's files, the one that it waits for last; return that file's text."""
        target = Path(self.results or platform.results)
        text = json.dumps(platform.answer(outcome), allow_nan=False) + "\n"
        try:
            for name, page in platform.pages.items():
                write_text(target.with_name(name), page(outcome))
            write_text(target, text)
        except OSError as error:
            self.stop(f"the results can't be written: {error.strerror} ({error.filename})")
        return text

    def _report_to_staff(self, reason: str) -> None:
        """Report an error that students must not see; platforms show standard error to staff."""
        print(f"error: {plain(reason, 2000)}", file=sys.stderr, flush=True)
