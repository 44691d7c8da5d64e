"""``proctor grade-one``: grade one notebook file without a gradebook; print one JSON object."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from traitlets import Enum

from proctor.cli import DESCRIPTIONS, EXIT_ERROR
from proctor.cli.base import ALIASES, FLAGS, FULL
from proctor.cli.single_command import SingleCommand, stdout_to_stderr
from proctor.errors import CourseError, Exit
from proctor.exports.coursera import coursera_feedback
from proctor.exports.gradescope import gradescope_results
from proctor.exports.outcome import Outcome
from proctor.results import NEEDS_MANUAL_GRADE, Receipt, outstanding_text
from proctor.submission.likeness import Cells
from proctor.submission.notebooks import Found, name_of

FORMATS: Mapping[str, Callable[[Outcome], Mapping[str, Any]]] = {
    "gradescope": gradescope_results,
    # The output is printed and has no HTML page beside it, so the feedback is plain text.
    "coursera": lambda outcome: coursera_feedback(outcome, "TXT"),
}


class GradeOneCommand(SingleCommand):
    """Grades a notebook file from any folder."""

    name = "proctor-grade-one"
    description = DESCRIPTIONS["grade-one"]
    examples = "proctor grade-one work.ipynb --assignment C3M3 --format json"
    aliases = {**ALIASES, "format": "GradeOneCommand.format"}
    flags = {**FLAGS, "full": FULL}

    format = Enum(
        ["json", *FORMATS],
        default_value="json",
        help="What is printed. gradescope: the contents of its results.json; coursera: those of "
        "its feedback.json.",
    ).tag(config=True)

    def run(self) -> None:
        """Print exactly one JSON object; the exit status is 0 if a verdict was reached."""
        if len(self.extra_args) != 1 or not self.coursedir.assignment_id:
            self.stop_usage("it takes a notebook file and --assignment NAME")
        path, assignment = Path(self.extra_args[0]).absolute(), self.coursedir.assignment_id
        if not path.exists() and not path.is_symlink():
            raise CourseError(
                "the notebook file does not exist",
                why="grade-one takes the path of a notebook",
                where=str(path),
                remedy="check the path",
            )
        started = time.monotonic()
        names: list[str] = []

        def find(known: Mapping[str, Cells]) -> Found:
            names.append(_match_notebook(known, path))
            return Found(paths={names[0]: path})

        # Nothing but the result may reach stdout, whatever the libraries print.
        with stdout_to_stderr():
            outcome = self.grade(assignment, find)
        receipt = next(r for r in outcome.receipts if r.notebook == f"{names[0]}.ipynb")
        seconds = time.monotonic() - started
        self._print(Outcome(assignment, (receipt,), outcome.refused), path, seconds)

    def _print(self, outcome: Outcome, path: Path, seconds: float) -> None:
        if self.format == "json":
            print(json.dumps(_as_result(outcome.receipts[0], path, seconds)))
            return
        print(json.dumps(FORMATS[self.format](outcome)))
        if outcome.failed:
            print(f"error: {outcome.receipts[0].reason}", file=sys.stderr)
            raise Exit(EXIT_ERROR)


def _match_notebook(known: Mapping[str, Cells], path: Path) -> str:
    name = path.stem if path.stem in known else name_of(path, known)
    if name is not None:
        return name
    raise CourseError(
        f"it is not clear which notebook of the assignment {path.name} is",
        why="the assignment has several, which are told apart by their file names",
        where=str(path),
        remedy=f"name it one of: {', '.join(f'{stem}.ipynb' for stem in known)}",
    )


def _as_result(receipt: Receipt, path: Path, seconds: float) -> dict[str, Any]:
    waiting = outstanding_text(receipt.human.outstanding)
    graded = receipt.status == "graded"
    return {
        "assignment": receipt.assignment,
        "notebook": str(path),
        "status": NEEDS_MANUAL_GRADE if waiting and graded else receipt.status,
        "reason": receipt.reason or waiting or None,
        "score": receipt.score,
        "max_score": receipt.max_score,
        "exercises": [
            {
                "id": result.id,
                "cell": result.cell,
                "score": result.score,
                "max_score": result.max_score,
                "status": result.status,
                "message": result.message,
            }
            for result in receipt.exercises
        ],
        "by_hand": [
            {"id": cell, "score": score, "max_score": receipt.human.points.get(cell, 0.0)}
            for cell, score in receipt.human.scores.items()
        ],
        "seconds": round(seconds, 2),
    }
