"""Run notebooks in the sandbox, as a course's options say."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, IgnorePattern
from traitlets import Bool, Enum, Int, List, Unicode, default
from traitlets.config import LoggingConfigurable

from proctor.checks.check import Check
from proctor.checks.load import load_checks
from proctor.errors import SubmissionError
from proctor.execution.notebook_run import CourseSettings, NotebookRun
from proctor.execution.outside import OutsideTests, TestSetting
from proctor.execution.session import Limits, open_session
from proctor.results import CellTime, ExerciseResult
from proctor.sandbox.host.forkserver import ForkServer, ServerLostError
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.shared.kernel_program import KernelProgram
from proctor.sandbox.shared.limits import ResourceLimits
from proctor.text import one_line

_SPARE_SECONDS = 120
_EXECUTE = ("Execute", "ExecutePreprocessor", "NotebookClient")
"""Classes in whose name a course may set the options of nbgrader's Execute."""
_CELLS_AT_THEIR_LIMIT = 10
"""Cells of a notebook that may take all of a time that the course has set."""


class Examine(LoggingConfigurable):
    """How submissions are run and judged."""

    checks = Unicode(
        "", help="Module with the course's checks; see proctor.checks. Empty: it has none."
    ).tag(config=True)
    demonstration_tag = Unicode(
        "",
        help="Instructor's cells with this tag, such as demonstration, are not run when grading. "
        "Empty: all are run.",
    ).tag(config=True)
    when_needed_tag = Unicode(
        "",
        help="Instructor's cells with this tag, such as when-needed, do nothing but define names. "
        "When grading they are run before the first code that mentions one of the names, and not "
        "at all where none does. Empty: all are run in their place.",
    ).tag(config=True)
    skipped_tag = Unicode(
        "",
        help="Instructor's cells with this tag are never run, unless they are tests. The default "
        "is c.Execute.skip_cells_with_tag, which nbgrader heeds: skip-execution.",
    ).tag(config=True)
    full = Bool(
        False,
        help="Run everything in its place: cells tagged as demonstration or as needed now and "
        "then, and the visible tests of exercises that passed.",
    ).tag(config=True)
    same_kernels = List(
        Unicode(),
        help="Names of kernels in notebooks that mean the one of the environment in which proctor "
        "is installed, besides python3.",
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
    verdict = Enum(
        ["auto", "outside", "in-kernel"],
        default_value="auto",
        help="Where tests without a check are judged. auto: outside of the student's kernel where "
        "the instructor's solution passes them as in the kernel and the untouched student version "
        "does not do better than there, and else in the kernel; outside: it is an error if one "
        "can't be judged outside; "
        "in-kernel: all are judged in the kernel, as nbgrader does.",
    ).tag(config=True)
    solution_must_run = Bool(
        True,
        help="Stop before the first student where the instructor's solution fails for want of a "
        "file, a module, a variable or a network that it would have with stock nbgrader.",
    ).tag(config=True)
    cell_seconds = Int(
        60,
        min=0,
        help="Wall seconds per cell; 0: no limit. Where the course has set c.Execute.timeout, that "
        "is the default.",
    ).tag(config=True)
    notebook_seconds = Int(
        600,
        min=0,
        help="Wall seconds for all cells of a notebook; 0: no limit. Where the course has set "
        "c.Execute.timeout, the default is at least ten times that.",
    ).tag(config=True)
    ignored_errors = Unicode(
        "",
        help="Regular expression: what a cell prints to the error stream counts for nothing if it "
        "matches. The default is c.IgnorePattern.pattern, where the course has enabled that.",
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
    files_mib = Int(
        128,
        min=0,
        help="MiB of the files that a submission may bring besides notebooks and what it was "
        "given; the grader holds them in memory. 0: as many as c.Sandbox.scratch_mib allows.",
    ).tag(config=True)

    @default("cell_seconds")
    def _seconds_of_the_course(self) -> int:
        if not any("timeout" in self.config.get(name, ()) for name in _EXECUTE):
            return type(self).cell_seconds.default_value or 0
        # For nbgrader, nothing and negative numbers are no limit.
        return max(Execute(config=self.config).timeout or 0, 0)

    @default("notebook_seconds")
    def _seconds_for_cells_of_the_course(self) -> int:
        usual = type(self).notebook_seconds.default_value or 0
        cell = self._seconds_of_the_course()
        return max(usual, _CELLS_AT_THEIR_LIMIT * cell) if cell else 0

    @default("skipped_tag")
    def _skipped_by_the_course(self) -> str:
        return str(Execute(config=self.config).skip_cells_with_tag)

    @default("ignored_errors")
    def _ignored_by_the_course(self) -> str:
        found = IgnorePattern(config=self.config)
        return str(found.pattern) if found.enabled else ""

    @property
    def tags_not_run(self) -> tuple[str, ...]:
        """Tags of the instructor's cells that are not run when grading."""
        return tuple(tag for tag in (self.demonstration_tag, self.skipped_tag) if tag)

    @property
    def course(self) -> Path:
        """The course folder."""
        # Configurables do not receive the course directory, but their config is enough to find it.
        return Path(self.course_folder or CourseDirectory(parent=self).root)

    def hidden_tests(self) -> Mapping[str, Check]:
        """The course's hidden tests, by id.

        Raises:
            CourseError: See `load_checks`.
        """
        return load_checks(self.checks, self.course)

    def runner(
        self,
        checks: Mapping[str, Check],
        sandbox: Sandbox,
        server: Callable[[], ForkServer],
        tests: TestSetting | None = None,
        program: KernelProgram | None = None,
    ) -> Runner:
        """A runner with these options.

        Args:
            checks: The hidden tests.
            sandbox: The sandbox's options, for its limits.
            server: Returns a warm fork server.
            tests: How the notebook's tests are judged outside; None: none is.
            program: The notebook's kernel, if it is a program of its own.
        """
        return Runner(
            course=CourseSettings(
                checks=checks,
                demonstration=self.demonstration_tag,
                when_needed=self.when_needed_tag,
                full=self.full,
                ignored_errors=self.ignored_errors,
                skipped=self.skipped_tag,
            ),
            server=server,
            tests=tests or TestSetting(),
            limits=Limits(
                cell_seconds=self.cell_seconds,
                notebook_seconds=self.notebook_seconds,
                cell_output_bytes=self.cell_output_bytes,
                notebook_output_bytes=self.notebook_output_bytes,
                interrupt_seconds=self.interrupt_seconds,
            ),
            resources=sandbox.limits(),
            log=self.log,
            program=program,
        )


@dataclass(frozen=True)
class Runner:
    """Runs notebooks, each once more if its fork server is lost.

    Attributes:
        course: The course's settings.
        server: Returns a warm fork server.
        tests: How tests without a check are judged outside.
        limits: Limits on time and output.
        resources: Limits that the sandbox enforces.
        log: Logger for the engine; messages that student code causes in the kernel's client are
            kept out of it.
        program: The notebook's kernel, if it is a program of its own.
    """

    course: CourseSettings
    server: Callable[[], ForkServer]
    tests: TestSetting
    limits: Limits
    resources: ResourceLimits
    log: logging.Logger
    program: KernelProgram | None = None

    def run(self, nb: NotebookNode, files: bytes, seeds: Mapping[str, int]) -> RunResult:
        """Run and judge a notebook; outputs are written to its cells.

        Args:
            nb: The restored submission.
            files: The submission's own files as a tar.
            seeds: Seeds of the exercises' challenges, by the check's id.

        Raises:
            CourseError: The configured sandbox can't be started.
            SubmissionError: The fork server ended twice during the run, or the files do not fit.
        """
        try:
            return self._run_once(nb, files, seeds)
        except ServerLostError:
            # It may have been killed for lack of memory, or by the notebook itself.
            self.log.warning("the fork server ended; the notebook is run once more in a new one")
        try:
            return self._run_once(nb, files, seeds, again=True)
        except ServerLostError as error:
            raise SubmissionError(
                f"the fork server ended twice while the notebook ran: {one_line(str(error), 200)}",
                why="the notebook may have attacked the sandbox that it runs in",
                where="the sandbox",
                remedy="look at what the notebook does; if others fail, too, at the machine's "
                "memory",
            ) from error

    def _wall_seconds(self) -> int:
        """When the sandbox ends a notebook by itself: long after the session's own limit."""
        seconds = self.limits.notebook_seconds
        return 2 * seconds + _SPARE_SECONDS if seconds else 0

    def _run_once(
        self, nb: NotebookNode, files: bytes, seeds: Mapping[str, int], *, again: bool = False
    ) -> RunResult:
        copied = copy.deepcopy(nb)
        resources = replace(self.resources, wall_seconds=self._wall_seconds())
        log = _quiet(self.log)
        with OutsideTests(self.tests, self.limits, resources) as tests:
            server = self.server()
            with server.notebook(files, resources) as slot:
                slot.link, slot.program = tests.students_end, self.program
                examination = NotebookRun(self.course, seeds, tests)
                with open_session(slot, limits=self.limits, log=log) as session:
                    results = examination.run(copied, session, again=again)
                    tests.end()
        nb.cells = copied.cells
        return RunResult(
            results,
            examination.lost,
            server.sandbox,
            tuple(examination.times),
            tuple(examination.faults),
            tests.uses,
            tuple(examination.notes),
        )


@dataclass(frozen=True)
class RunResult:
    """How the run of a notebook ended.

    Attributes:
        results: One per graded test cell, in order.
        lost: Why its kernel was lost during the run, if it was.
        sandbox: Description of the sandbox that it ran in.
        times: How long each cell ran.
        faults: How checks failed by themselves, for the course's staff.
        uses: What each test did with the student's objects, where that was recorded.
        notes: What else happened, for the course's staff: cells that were stopped.
    """

    results: tuple[ExerciseResult, ...]
    lost: str | None
    sandbox: str
    times: tuple[CellTime, ...]
    faults: tuple[str, ...] = ()
    uses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def _quiet(log: logging.Logger) -> logging.Logger:
    """Return a logger for the kernel's client, which logs a student's endless loop as an error."""
    if log.isEnabledFor(logging.INFO):
        return log
    quiet = logging.getLogger("proctor.kernel")
    quiet.setLevel(logging.CRITICAL)
    return quiet
