"""What the commands share that grade one submission and leave the course as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from proctor.backends.base import Unit
from proctor.backends.inline import in_process
from proctor.bundle.build import pack
from proctor.bundle.manifest import Contents
from proctor.cli.base import Command
from proctor.errors import SubmissionError
from proctor.execution.options import Examine
from proctor.exports.outcome import Outcome, refusal
from proctor.files.temporary import temporary_folder
from proctor.grading.core import grade_unit
from proctor.release.checks import check_source
from proctor.sandbox.host.cleanup import end_leftovers
from proctor.seeds import challenge_seeds, course_secret
from proctor.submission.fingerprint import fingerprint_of
from proctor.submission.read import read_notebook, read_plain_file
from proctor.submission.restore import restore

_STUDENT = "submission"

Find = Callable[[Sequence[str]], Mapping[str, Path]]
"""Where the notebooks lie, by name, once the assignment's names are known."""


class SingleCommand(Command):
    """A subcommand that grades one submission."""

    def grade(self, assignment: str, find: Find) -> Outcome:
        """Grade a submission.

        Args:
            assignment: Name of the assignment.
            find: Finds its notebooks; raises `SubmissionError` where there are none.

        Raises:
            CourseError: The fault is the course's or this machine's.
            ReleaseError: The assignment can't be released as it is.
        """
        self.say_what_is_lacking()
        names = [path.stem for path in check_source(self.source_folder(assignment), self)]
        notebooks, error = _read(find, names)
        end_leftovers()
        with temporary_folder() as folder:
            bundle = pack(self, self._scratch_course(folder, assignment), assignment)
        unit = self._unit(assignment, notebooks, error)
        with in_process(bundle, grade_unit) as workers:
            error = error or _misfit(notebooks, workers.bundle.contents)
            graded = workers.work(unit, workers.bundle)
        return Outcome(assignment, graded.receipts, refusal(error) if error else "")

    def _unit(
        self, assignment: str, notebooks: Mapping[str, bytes], error: SubmissionError | None
    ) -> Unit:
        if error is not None:
            return Unit(_STUDENT, problem=error.summary)
        examine = Examine(parent=self)
        secret = course_secret(examine.course)
        # Nothing but the notebooks reaches the kernel, and nobody knows whose they are.
        submission = fingerprint_of({f"{name}.ipynb": blob for name, blob in notebooks.items()})
        seeds = challenge_seeds(
            secret,
            examine.hidden_tests(),
            assignment=assignment,
            student=_STUDENT,
            submission=submission,
        )
        return Unit(_STUDENT, notebooks, seeds=seeds, fingerprint=submission)

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


@contextmanager
def only_the_result() -> Iterator[None]:
    """Send all that is printed meanwhile to standard error, by whichever process it is printed."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _read(find: Find, names: Sequence[str]) -> tuple[Mapping[str, bytes], SubmissionError | None]:
    try:
        return {name: read_plain_file(path) for name, path in find(names).items()}, None
    except SubmissionError as error:
        return {}, error


def _misfit(notebooks: Mapping[str, bytes], contents: Contents) -> SubmissionError | None:
    """Why a file that could be read is no notebook of the assignment, for its student."""
    for name, blob in notebooks.items():
        where = f"{name}.ipynb"
        try:
            restore(read_notebook(blob, where=where), contents.notebooks[name].cells, where=where)
        except SubmissionError as error:
            return error
        # Our own fault; grading meets it again, and writes it into the receipt.
        except Exception:
            return None
    return None
