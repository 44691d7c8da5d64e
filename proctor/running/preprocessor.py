"""The nbgrader preprocessor that runs a submission and judges it from outside."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Int, List, Unicode

from proctor.contract import load_checks
from proctor.coursefolder import source_folder
from proctor.intake.restoring import NOTES
from proctor.packet import DEFAULT_LIMIT
from proctor.running.examination import Course, Examination
from proctor.running.exchange import Exchange
from proctor.running.results import RECEIPT_SUFFIX, ExerciseResult, Receipt
from proctor.running.session import Limits, open_session
from proctor.running.workplace import workplace
from proctor.seeds import challenge_seed, course_secret


class Examine(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute when submissions are graded."""

    checks = Unicode(
        "", help="Module with the course's hidden tests, a mapping CHECKS. Empty: it has none."
    ).tag(config=True)
    answers = Unicode(
        "", help="Public module whose check(id, namespace) answers a challenge in the kernel."
    ).tag(config=True)
    demonstration_tag = Unicode(
        "demonstration",
        help="Instructor's cells with this tag are not run when grading. Empty: all are run.",
    ).tag(config=True)
    full = Bool(False, help="Run cells tagged as demonstration, too.").tag(config=True)
    course_packages = List(
        Unicode(),
        help="Names of files and folders that a submission must not bring along, because "
        "Python would import them in place of the course's.",
    ).tag(config=True)
    secret_folder = Unicode(
        "", help="Folder of the secret from which challenges follow. Empty: the course folder."
    ).tag(config=True)
    cell_seconds = Int(60, min=0, help="Wall seconds per cell; 0: no limit.").tag(config=True)
    notebook_seconds = Int(
        600, min=0, help="Wall seconds for all cells of a notebook; 0: no limit."
    ).tag(config=True)
    cell_output_bytes = Int(
        1_000_000, min=0, help="Bytes of output kept per cell; the rest is cut; 0: no limit."
    ).tag(config=True)
    answer_bytes = Int(
        DEFAULT_LIMIT, min=1, help="Bytes of one answer; a larger one counts as no answer."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Run and judge; leave a receipt beside the notebook.

        Raises:
            CourseError: The course's checks or its secret are not usable.
        """
        about = resources["nbgrader"]
        notes = tuple(nb.metadata.pop(NOTES, {}).get("notes", ()))
        started = time.monotonic()
        results, lost = self._examine(nb, about, Path(resources["metadata"]["path"]))
        receipt = Receipt(
            assignment=about["assignment"],
            notebook=f"{about['notebook']}.ipynb",
            exercises=results,
            status="needs_attention" if lost else "graded",
            reason=lost,
            notes=notes,
            seconds=round(time.monotonic() - started, 2),
        )
        name = about["notebook"] + RECEIPT_SUFFIX
        resources.setdefault("outputs", {})[name] = receipt.to_json().encode()
        return nb, resources

    def _examine(
        self, nb: NotebookNode, about: Any, files: Path
    ) -> tuple[tuple[ExerciseResult, ...], str | None]:
        directory = CourseDirectory(parent=self)
        secret = course_secret(Path(self.secret_folder or directory.root))
        given = source_folder(directory, about["assignment"])

        def seed_of(exercise: str) -> int:
            return challenge_seed(
                secret,
                assignment=about["assignment"],
                student=about["student"],
                exercise=exercise,
            )

        course = Course(
            checks=load_checks(self.checks),
            answers=self.answers,
            demonstration="" if self.full else self.demonstration_tag,
        )
        limits = Limits(self.cell_seconds, self.notebook_seconds, self.cell_output_bytes)
        kernel = nb.metadata.get("kernelspec", {}).get("name", "python3")
        with workplace(files, given, leave_out=self.course_packages) as place:
            exchange = Exchange(place.exchange, answer_bytes=self.answer_bytes)
            examination = Examination(course, exchange, seed_of)
            with open_session(
                kernel=kernel,
                folder=place.folder,
                environment=place.environment,
                limits=limits,
                log=_quiet(self.log),
            ) as session:
                results = examination.run(nb, session)
        return results, examination.lost


def _quiet(log: logging.Logger) -> logging.Logger:
    """A logger for the kernel's client, which reports a student's endless loop as our error."""
    if log.isEnabledFor(logging.INFO):
        return log
    quiet = logging.getLogger("proctor.kernel")
    quiet.setLevel(logging.CRITICAL)
    return quiet
