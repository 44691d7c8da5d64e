"""Base class of the commands that grade one submission and leave the course unchanged."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace

from proctor.backends.base import Unit
from proctor.backends.inline import in_process
from proctor.bundle.load import Contents, OpenBundle
from proctor.cli.base import Command
from proctor.cli.scratch_course import scratch_course
from proctor.errors import SubmissionError
from proctor.execution.runner import Examine
from proctor.exports.outcome import Outcome, refusal
from proctor.grading.core import grade_unit
from proctor.grading.prepare import prepare
from proctor.release.checks import check_source
from proctor.sandbox.host.cleanup import end_leftovers
from proctor.seeds import challenge_seeds, course_secret
from proctor.submission.fingerprint import fingerprint_of
from proctor.submission.likeness import Cells
from proctor.submission.notebooks import Found
from proctor.submission.read import read_notebook, read_plain_file
from proctor.submission.restore import restore

_STUDENT = "submission"

Find = Callable[[Mapping[str, Cells]], Found]
"""Finds the submitted files; takes the cells of an assignment's notebooks, by name."""


class SingleCommand(Command):
    """A subcommand that grades one submission."""

    def grade(self, assignment: str, find: Find) -> Outcome:
        """Grade a submission.

        Args:
            assignment: Name of the assignment.
            find: Finds its notebooks; raises `SubmissionError` if there are none.

        Raises:
            CourseError: The cause is the course or this machine, not the submission.
            ReleaseError: The assignment can't be released as it is.
        """
        self.warn_about_weaker_sandbox()
        check_source(self.source_folder(assignment), self)
        end_leftovers()
        with scratch_course(self, assignment) as course:
            bundle = prepare(self, course, assignment)
        found, notebooks, error = _read(find, bundle.contents)
        with in_process(bundle, grade_unit) as workers:
            unit = self._unit(workers.bundle, notebooks, error)
            unit = replace(unit, notes=found.notes, doubts=found.doubts)
            error = error or _restore_error(notebooks, workers.bundle.contents)
            graded = workers.work(unit, workers.bundle)
        return Outcome(assignment, graded.receipts, refusal(error) if error else "")

    def _unit(
        self, bundle: OpenBundle, notebooks: Mapping[str, bytes], error: SubmissionError | None
    ) -> Unit:
        if error is not None:
            return Unit(_STUDENT, problem=error.summary)
        examine = Examine(parent=self)
        secret = course_secret(examine.course)
        # The kernel receives only the notebooks, and the student is not known.
        submission = fingerprint_of({f"{name}.ipynb": blob for name, blob in notebooks.items()})
        seeds = challenge_seeds(
            secret,
            bundle.seeded,
            assignment=bundle.contents.assignment,
            student=_STUDENT,
            submission=submission,
        )
        return Unit(_STUDENT, notebooks, seeds=seeds, fingerprint=submission)


@contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """Redirect standard output to standard error, child processes included."""
    if sys.stdout is not None:
        sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _read(
    find: Find, contents: Contents
) -> tuple[Found, Mapping[str, bytes], SubmissionError | None]:
    found = Found()
    try:
        found = find({name: plan.cells for name, plan in contents.notebooks.items()})
        notebooks = {name: read_plain_file(path) for name, path in found.paths.items()}
    except SubmissionError as error:
        return found, {}, error
    problems = [*found.problems.values()]
    # With one of several notebooks at hand, the others count as not handed in.
    return found, notebooks, problems[0] if problems and not notebooks else None


def _restore_error(notebooks: Mapping[str, bytes], contents: Contents) -> SubmissionError | None:
    """The error for the student if a readable file is not a notebook of the assignment."""
    for name, blob in notebooks.items():
        where = f"{name}.ipynb"
        try:
            restore(read_notebook(blob, where=where), contents.notebooks[name].cells, where=where)
        except SubmissionError as error:
            return error
        # An error of the engine: it occurs again in grading, which writes it to the receipt.
        except Exception:
            return None
    return None
