"""``proctor grade-one``: one notebook file, no gradebook, one JSON object."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets import Enum
from traitlets.config import Config

from proctor.bundle.packing import pack
from proctor.commands import DESCRIPTIONS
from proctor.commands.base import ALIASES, FLAGS, Command
from proctor.errors import CourseError, SubmissionError
from proctor.grading.examining import grade_unit
from proctor.grading.unit import Unit
from proctor.intake.files import read_plain_file
from proctor.release.checking import check_source
from proctor.running.preprocessor import Examine
from proctor.running.results import Receipt
from proctor.seeds import challenge_seed, course_secret
from proctor.temporary import temporary_folder
from proctor.workers.inprocess import in_process

_STUDENT = "submission"


class GradeOneCommand(Command):
    """Grades a file that lies anywhere."""

    name = "proctor-grade-one"
    description = DESCRIPTIONS["grade-one"]
    examples = "proctor grade-one work.ipynb --assignment C3M3 --format json"
    aliases = {**ALIASES, "format": "GradeOneCommand.format"}
    flags = {**FLAGS, "full": ({"Examine": {"full": True}}, "Run demonstration cells, too.")}

    format = Enum(["json"], default_value="json", help="What is printed.").tag(config=True)

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
        # Nothing but the result may reach stdout, whatever the libraries print.
        with redirect_stdout(sys.stderr):
            receipt = self._grade(path, assignment)
        print(json.dumps(_as_result(receipt, path, time.monotonic() - started)))

    def _grade(self, path: Path, assignment: str) -> Receipt:
        notebooks = check_source(self.source_folder(assignment), self)
        name = _which(notebooks, path)
        with temporary_folder() as folder:
            bundle = pack(self, self._scratch_course(folder, assignment), assignment)
        with in_process(bundle, grade_unit) as workers:
            unit = self._unit(path, name, assignment)
            graded = workers.work(unit, workers.bundle)
        return next(r for r in graded.receipts if r.notebook == f"{name}.ipynb")

    def _unit(self, path: Path, name: str, assignment: str) -> Unit:
        try:
            blob = read_plain_file(path)
        except SubmissionError as error:
            return Unit(_STUDENT, problem=error.summary)
        examine = Examine(parent=self)
        secret = course_secret(examine.course)
        about = {"assignment": assignment, "student": _STUDENT}
        seeds = {
            check: challenge_seed(secret, **about, exercise=check)
            for check in examine.hidden_tests()
        }
        fingerprint = hashlib.sha256(blob).hexdigest()
        return Unit(_STUDENT, {name: blob}, seeds=seeds, fingerprint=fingerprint)

    def _scratch_course(self, folder: Path, assignment: str) -> CourseDirectory:
        """A course of its own, with the instructor's source and a gradebook that is thrown away."""
        config = Config()
        config.CourseDirectory.root = str(folder)
        config.CourseDirectory.source_directory = str(self.root / self.coursedir.source_directory)
        config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
        config.CourseDirectory.student_id = "*"
        config.Examine.course_folder = str(self.root)
        self.update_config(config)
        course = CourseDirectory(parent=self)
        course.assignment_id = assignment
        GenerateAssignment(coursedir=course, parent=self).start()
        return course


def _which(notebooks: list[Path], path: Path) -> str:
    stems = [notebook.stem for notebook in notebooks]
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
