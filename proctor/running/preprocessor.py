"""The nbgrader preprocessor that runs a submission and judges it from outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Int, List, Unicode

from proctor.contract import Check, load_checks
from proctor.coursefolder import source_folder, submitted_folder
from proctor.intake.fingerprint import fingerprint
from proctor.intake.restoring import NOTES
from proctor.packet import DEFAULT_LIMIT
from proctor.running.belongings import belongings, most_bytes
from proctor.running.examination import Course
from proctor.running.humans import human_part
from proctor.running.results import RECEIPT_SUFFIX, Origin, Receipt
from proctor.running.runner import Examined, Runner
from proctor.running.session import Limits
from proctor.sandbox.forkserver import ForkServer
from proctor.sandbox.settings import Sandbox, warm_server
from proctor.seeds import challenge_seeds, course_secret


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
    when_needed_tag = Unicode(
        "when-needed",
        help="Instructor's cells with this tag do nothing but define names. When grading they are "
        "run before the first code that mentions one of the names, and not at all where none "
        "does. Empty: all are run in their place.",
    ).tag(config=True)
    full = Bool(
        False,
        help="Run everything in its place: cells tagged as demonstration or as needed now and "
        "then, and the visible tests of exercises that passed.",
    ).tag(config=True)
    course_packages = List(
        Unicode(),
        help="Names of files and folders that a submission must not bring along, because "
        "Python would import them in place of the course's.",
    ).tag(config=True)
    course_folder = Unicode(
        "",
        help="Folder with the hidden tests' module and with the secret from which challenges "
        "follow. Empty: the folder of nbgrader_config.py.",
    ).tag(config=True)
    cell_seconds = Int(60, min=0, help="Wall seconds per cell; 0: no limit.").tag(config=True)
    notebook_seconds = Int(
        600, min=0, help="Wall seconds for all cells of a notebook; 0: no limit."
    ).tag(config=True)
    cell_output_bytes = Int(
        1_000_000, min=0, help="Bytes of output kept per cell; the rest is cut; 0: no limit."
    ).tag(config=True)
    notebook_output_bytes = Int(
        10_000_000, min=0, help="Bytes of output kept of a whole notebook; 0: no limit."
    ).tag(config=True)
    interrupt_seconds = Int(
        10,
        min=1,
        help="Wall seconds that a cell has to end once it is interrupted for its time; after "
        "them the kernel is given up, and with it the rest of the notebook.",
    ).tag(config=True)
    answer_bytes = Int(
        DEFAULT_LIMIT, min=1, help="Bytes of one answer; a larger one counts as no answer."
    ).tag(config=True)

    files_mib = Int(
        128,
        min=0,
        help="MiB of the files that a submission may bring besides notebooks and what it was "
        "given; the grader holds them in memory. 0: as many as c.Sandbox.scratch_mib allows.",
    ).tag(config=True)

    @property
    def course(self) -> Path:
        """The course folder."""
        return Path(self.course_folder or self._directory.root)

    @property
    def _directory(self) -> CourseDirectory:
        # Preprocessors are given no course directory; their config is enough to find it.
        return CourseDirectory(parent=self)

    def hidden_tests(self) -> Mapping[str, Check]:
        """The course's hidden tests, by id.

        Raises:
            CourseError: See `load_checks`.
        """
        return load_checks(self.checks, self.course)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Run and judge; leave a receipt beside the notebook.

        Raises:
            CourseError: The course's checks or its secret are not usable, or there is no
                sandbox as configured.
            SubmissionError: See `Runner.run` and `belongings`.
        """
        about = resources["nbgrader"]
        notes = tuple(nb.metadata.pop(NOTES, {}).get("notes", ()))
        # Before the run: what is handed in meanwhile is not what was graded.
        submission = fingerprint(self._submitted(about))
        started = time.monotonic()
        files = Path(resources["metadata"]["path"])
        examined = self._examine(nb, about, files, submission)
        receipt = Receipt(
            assignment=about["assignment"],
            notebook=f"{about['notebook']}.ipynb",
            exercises=examined.results,
            status="needs_attention" if examined.lost else "graded",
            reason=examined.lost,
            notes=(*notes, *examined.notes),
            seconds=round(time.monotonic() - started, 2),
            sandbox=examined.sandbox,
            origin=Origin(submission=submission),
            human=human_part(nb),
            cells=examined.times,
        )
        name = about["notebook"] + RECEIPT_SUFFIX
        resources.setdefault("outputs", {})[name] = receipt.to_json().encode()
        return nb, resources

    def _submitted(self, about: Any) -> Path:
        return submitted_folder(self._directory, about["assignment"], about["student"])

    def _examine(self, nb: NotebookNode, about: Any, files: Path, submission: str) -> Examined:
        secret = course_secret(self.course)
        sandbox = Sandbox(parent=self)
        given = source_folder(self._directory, about["assignment"])
        checks = self.hidden_tests()
        seeds = challenge_seeds(
            secret,
            checks,
            assignment=about["assignment"],
            student=about["student"],
            submission=submission,
        )
        own = belongings(
            files,
            given,
            leave_out=self.course_packages,
            most=most_bytes(self.files_mib, sandbox.scratch_mib),
        )

        def server() -> ForkServer:
            plan = sandbox.plan(
                course=self.course,
                packages=self.answering_packages(),
                hidden=self.checks,
                given=given,
                leave_out=[*self._directory.ignore, *self.course_packages],
            )
            return warm_server(plan)

        return self.runner(checks, sandbox, server).run(nb, own, seeds)

    def answering_packages(self) -> list[str]:
        """Modules that notebooks need to answer."""
        return [self.answers.split(".")[0]] if self.answers else []

    def runner(
        self, checks: Mapping[str, Check], sandbox: Sandbox, server: Callable[[], ForkServer]
    ) -> Runner:
        """What runs notebooks as these options say.

        Args:
            checks: The hidden tests.
            sandbox: Its limits hold.
            server: Gives a warm fork server.
        """
        return Runner(
            course=Course(
                checks=checks,
                answers=self.answers,
                demonstration=self.demonstration_tag,
                when_needed=self.when_needed_tag,
                full=self.full,
            ),
            server=server,
            limits=Limits(
                cell_seconds=self.cell_seconds,
                notebook_seconds=self.notebook_seconds,
                cell_output_bytes=self.cell_output_bytes,
                notebook_output_bytes=self.notebook_output_bytes,
                interrupt_seconds=self.interrupt_seconds,
            ),
            resources=sandbox.limits(),
            answer_bytes=self.answer_bytes,
            log=self.log,
        )
