"""Run one notebook in the sandbox, and once more if the fork server is lost."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from proctor.errors import SubmissionError
from proctor.execution.challenges import Exchange
from proctor.execution.notebook_run import CourseSettings, NotebookRun
from proctor.execution.session import Limits, open_session
from proctor.results import CellTime, ExerciseResult
from proctor.sandbox.host.forkserver import ForkServer, ServerLostError
from proctor.sandbox.shared.limits import ResourceLimits

_SPARE_SECONDS = 120


@dataclass(frozen=True)
class RunResult:
    """How the run of a notebook ended.

    Attributes:
        results: One per graded test cell, in order.
        lost: Why its kernel was lost during the run, if it was.
        sandbox: Description of the sandbox that it ran in.
        times: How long each cell ran.
        notes: Remarks on the verdicts for the course's staff.
    """

    results: tuple[ExerciseResult, ...]
    lost: str | None
    sandbox: str
    times: tuple[CellTime, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Runner:
    """Runs notebooks.

    Attributes:
        course: The course's settings.
        server: Returns a warm fork server.
        limits: Limits on time and output.
        resources: Limits that the sandbox enforces.
        answer_bytes: Maximum bytes of one answer.
        log: Logger for the engine; messages that student code causes in the kernel's client are
            kept out of it.
    """

    course: CourseSettings
    server: Callable[[], ForkServer]
    limits: Limits
    resources: ResourceLimits
    answer_bytes: int
    log: logging.Logger

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
                "the fork server ended twice while the notebook ran",
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
        server = self.server()
        copied = copy.deepcopy(nb)
        resources = replace(self.resources, wall_seconds=self._wall_seconds())
        with server.notebook(files, resources) as slot:
            exchange = Exchange(slot, answer_bytes=self.answer_bytes)
            examination = NotebookRun(self.course, exchange, seeds)
            with open_session(slot, limits=self.limits, log=_quiet(self.log)) as session:
                results = examination.run(copied, session, again=again)
        nb.cells = copied.cells
        return RunResult(
            results,
            examination.lost,
            server.sandbox,
            tuple(examination.times),
            tuple(examination.notes),
        )


def _quiet(log: logging.Logger) -> logging.Logger:
    """Return a logger for the kernel's client, which logs a student's endless loop as an error."""
    if log.isEnabledFor(logging.INFO):
        return log
    quiet = logging.getLogger("proctor.kernel")
    quiet.setLevel(logging.CRITICAL)
    return quiet
