"""``proctor grade-one``: one notebook file, no gradebook, one JSON object."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from traitlets import Enum

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, EXIT_ERROR, FLAGS, FULL
from proctor.cli.single_command import SingleCommand, only_the_result
from proctor.errors import CourseError
from proctor.exports.coursera import coursera_feedback
from proctor.exports.gradescope import gradescope_results
from proctor.exports.outcome import Outcome
from proctor.results import Receipt

FORMATS: Mapping[str, Callable[[Outcome], Mapping[str, Any]]] = {
    "gradescope": gradescope_results,
    # No page lies beside what is printed, so the feedback is text.
    "coursera": lambda outcome: coursera_feedback(outcome, "TXT"),
}


class GradeOneCommand(SingleCommand):
    """Grades a file that lies anywhere."""

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
        """Print exactly one JSON object; exit status 0 whenever a verdict was reached."""
        if len(self.extra_args) != 1 or not self.coursedir.assignment_id:
            self.stop("it takes a notebook file and --assignment NAME.")
        path, assignment = Path(self.extra_args[0]).absolute(), self.coursedir.assignment_id
        if not path.exists() and not path.is_symlink():
            raise CourseError(
                "grade-one takes an existing file.",
                found="nothing",
                where=str(path),
                remedy="check the path",
            )
        started = time.monotonic()
        names: list[str] = []

        def find(known: Sequence[str]) -> Mapping[str, Path]:
            names.append(_which(known, path))
            return {names[0]: path}

        # Nothing but the result may reach stdout, whatever the libraries print.
        with only_the_result():
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
            print(f"{self.name}: {outcome.receipts[0].reason}", file=sys.stderr)
            sys.exit(EXIT_ERROR)


def _which(stems: Sequence[str], path: Path) -> str:
    if len(stems) == 1:
        return stems[0]
    if path.stem in stems:
        return path.stem
    raise CourseError(
        "A notebook of an assignment with several is named like the instructor's.",
        found=path.name,
        where=str(path),
        remedy=f"name it one of: {', '.join(f'{stem}.ipynb' for stem in stems)}",
    )


def _as_result(receipt: Receipt, path: Path, seconds: float) -> dict[str, Any]:
    return {
        "assignment": receipt.assignment,
        "notebook": str(path),
        "status": receipt.status,
        "reason": receipt.reason,
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
        "seconds": round(seconds, 2),
    }
