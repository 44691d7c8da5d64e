"""Make the bundle to grade with: the course, and where each of its tests is judged."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.coursedir import CourseDirectory

from proctor.bundle.build import Bundle, pack, with_modes
from proctor.bundle.load import NotebookPlan, open_bundle
from proctor.course_layout import source_folder
from proctor.errors import CheckError, CourseError
from proctor.execution.runner import Examine
from proctor.files.atomic import write_text
from proctor.files.temporary import temporary_folder
from proctor.grading.absent import Machine, remedy
from proctor.grading.trial import Trial, try_out
from proctor.sandbox.host.options import Sandbox, close_servers
from proctor.submission.reference_cells import checked_tests, ordinary_tests
from proctor.submission.test_plan import GENERATOR, TestMode

FOLDER = ".proctor"
"""Folder of a course with what a trial of its tests has found."""

_VERSION = 7
"""Of what a trial does and records; what an earlier version has found is not taken."""

Modes = Mapping[str, Mapping[str, TestMode]]
"""Where each test is judged, by notebook and nbgrader's id."""

Trials = Mapping[str, Trial]
"""What was found out by trying each notebook."""


def prepare(parent: Any, coursedir: CourseDirectory, assignment: str) -> Bundle:
    """Make an assignment's bundle; its tests are tried out unless that was done before.

    Args:
        parent: The application, for configuration.
        coursedir: The course.
        assignment: Name of the assignment.

    Raises:
        CourseError: See `pack` and `try_out`: the course's checks are tried out, too. Or
            c.Examine.verdict insists that all tests are judged outside, and some can't be; or the
            solution fails for want of something that it has outside of the sandbox.
    """
    bundle = pack(parent, coursedir, assignment)
    examine = Examine(parent=parent)
    ordinary = examine.verdict != "in-kernel"
    if not ordinary:
        _insist_on_no_generator(bundle, assignment)
    if not any(map(_has_tests, bundle.contents.notebooks.values())):
        return bundle
    sources = source_folder(coursedir, assignment)
    stored = examine.course / FOLDER / f"{assignment}.json"
    key = _key(bundle, sources)
    trials = _stored(stored, key)
    if trials is None:
        trials = _try_out(bundle, sources, ordinary=ordinary)
        _store(stored, key, trials)
    if examine.solution_must_run:
        _insist_on_what_it_needs(trials, sources, Sandbox(parent=parent), examine.course)
    modes = {name: trial.modes for name, trial in trials.items()}
    if examine.verdict == "outside":
        _insist(modes, sources)
    return with_modes(bundle, modes)


def _insist_on_what_it_needs(trials: Trials, sources: Path, sandbox: Sandbox, course: Path) -> None:
    for name, trial in trials.items():
        source = sources / f"{name}.ipynb"
        if not trial.failed:
            continue
        machine = Machine(
            course=course.resolve(),
            # As deep below the course folder as a notebook's folder is in the sandbox.
            folder=course.resolve() / "autograded" / "student" / sources.name,
            passed=sandbox.variables(),
            sources="\n".join(cell.source for cell in nbformat.read(source, as_version=4).cells),
        )
        for failed in trial.failed:
            if found := remedy(failed, machine):
                raise CourseError(
                    f"the instructor's solution fails in the sandbox: {failed.error}",
                    why="it finds less there than with nbgrader, and so would every student's",
                    where=f"{source}, cell {failed.name}",
                    remedy=f"{found}; or accept it with c.Examine.solution_must_run = False",
                )


def _insist_on_no_generator(bundle: Bundle, assignment: str) -> None:
    if bundle.contents.draws:
        raise CheckError(
            f"tests read {GENERATOR}, which students' kernels do not have",
            why="with c.Examine.verdict = 'in-kernel' these tests would fail for everybody",
            where=f"{assignment}, test {bundle.contents.draws[0]}",
            remedy=f"set c.Examine.verdict = 'auto', or let the notebook define {GENERATOR}",
        )


def _has_tests(plan: NotebookPlan) -> bool:
    return bool(checked_tests(plan.cells) or ordinary_tests(plan.cells))


def _try_out(bundle: Bundle, sources: Path, *, ordinary: bool) -> Trials:
    with temporary_folder() as folder:
        opened = open_bundle(bundle.blob, folder, exclusive=True)
        try:
            with _imports_undone(bundle.contents.packages):
                return {
                    name: try_out(name, opened, sources / f"{name}.ipynb", ordinary=ordinary)
                    for name in bundle.contents.notebooks
                }
        finally:
            # They have the folder mounted.
            close_servers()


@contextmanager
def _imports_undone(packages: Collection[str]) -> Iterator[None]:
    """Import the course's modules as before afterwards: those of the trial's folder go with it."""
    path = [*sys.path]
    before = {name: m for name, m in sys.modules.items() if name.partition(".")[0] in packages}
    try:
        yield
    finally:
        sys.path[:] = path
        for name in [*sys.modules]:
            if name.partition(".")[0] in packages:
                del sys.modules[name]
        sys.modules.update(before)


def _key(bundle: Bundle, sources: Path) -> str:
    """Digest of all that the outcome of a trial depends on."""
    digest = hashlib.sha256(f"{_VERSION} {bundle.hash}".encode())
    for name in bundle.contents.notebooks:
        with suppress(FileNotFoundError):
            digest.update(hashlib.sha256((sources / f"{name}.ipynb").read_bytes()).digest())
    return digest.hexdigest()


def _stored(path: Path, key: str) -> Trials | None:
    try:
        raw = json.loads(path.read_text())
        if raw["key"] != key:
            return None
        return {name: Trial.from_json(trial) for name, trial in raw["notebooks"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _store(path: Path, key: str, trials: Trials) -> None:
    notebooks = {name: asdict(trial) for name, trial in trials.items()}
    # Where the course can't be written, as in a container, the trial takes place each time.
    with suppress(OSError):
        write_text(path, json.dumps({"key": key, "notebooks": notebooks}, indent=1))


def _insist(modes: Modes, sources: Path) -> None:
    for name, found in modes.items():
        for grade_id, mode in found.items():
            if not mode.outside:
                raise CourseError(
                    f"the test {grade_id} can't be judged outside: {mode.reason}",
                    why="c.Examine.verdict = 'outside' asks for that",
                    where=str(sources / f"{name}.ipynb"),
                    remedy="change the test, or set c.Examine.verdict = 'auto'",
                )
