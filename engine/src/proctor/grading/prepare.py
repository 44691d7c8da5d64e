"""Make the bundle to grade with: the course, and where each of its tests is judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from proctor.bundle.build import Bundle, pack
from proctor.bundle.load import open_bundle
from proctor.course_layout import source_folder
from proctor.errors import CourseError
from proctor.execution.runner import Examine
from proctor.files.atomic import write_text
from proctor.files.temporary import temporary_folder
from proctor.grading.trial import modes_of
from proctor.sandbox.host.options import close_servers
from proctor.submission.test_plan import TestMode

FOLDER = ".proctor"
"""Folder of a course with what a trial of its tests has found."""

_VERSION = 2
"""Of what a trial does and records; what an earlier version has found is not taken."""

Modes = Mapping[str, Mapping[str, TestMode]]
"""Where each test is judged, by notebook and nbgrader's id."""


def prepare(parent: Any, coursedir: CourseDirectory, assignment: str) -> Bundle:
    """Make an assignment's bundle; its tests are tried out unless that was done before.

    Args:
        parent: The application, for configuration.
        coursedir: The course.
        assignment: Name of the assignment.

    Raises:
        CourseError: See `pack` and `modes_of`; or c.Examine.verdict insists that all tests are
            judged outside, and some can't be.
    """
    bundle = pack(parent, coursedir, assignment)
    examine = Examine(parent=parent)
    if examine.verdict == "in-kernel" or not _has_plans(bundle):
        return bundle
    sources = source_folder(coursedir, assignment)
    stored = examine.course / FOLDER / f"{assignment}.json"
    key = _key(bundle, sources)
    modes = _stored(stored, key)
    if modes is None:
        modes = _try_out(bundle, sources)
        _store(stored, key, modes)
    if examine.verdict == "outside":
        _insist(modes, sources)
    return pack(parent, coursedir, assignment, modes)


def _has_plans(bundle: Bundle) -> bool:
    return any(plan.tests is not None for plan in bundle.contents.notebooks.values())


def _try_out(bundle: Bundle, sources: Path) -> Modes:
    with temporary_folder() as folder:
        opened = open_bundle(bundle.blob, folder, exclusive=True)
        try:
            return {
                name: modes_of(name, opened, sources / f"{name}.ipynb")
                for name in bundle.contents.notebooks
            }
        finally:
            # They have the folder mounted.
            close_servers()


def _key(bundle: Bundle, sources: Path) -> str:
    """Digest of all that the outcome of a trial depends on."""
    digest = hashlib.sha256(f"{_VERSION} {bundle.hash}".encode())
    for name in bundle.contents.notebooks:
        with suppress(FileNotFoundError):
            digest.update(hashlib.sha256((sources / f"{name}.ipynb").read_bytes()).digest())
    return digest.hexdigest()


def _stored(path: Path, key: str) -> Modes | None:
    try:
        raw = json.loads(path.read_text())
        if raw["key"] != key:
            return None
        return {
            name: {grade_id: TestMode.from_json(mode) for grade_id, mode in modes.items()}
            for name, modes in raw["notebooks"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _store(path: Path, key: str, modes: Modes) -> None:
    notebooks = {
        name: {grade_id: asdict(mode) for grade_id, mode in found.items()}
        for name, found in modes.items()
    }
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
