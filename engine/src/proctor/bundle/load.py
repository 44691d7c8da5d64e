"""A bundle's manifest, and how a worker opens a bundle.

The manifest holds the assignment's cells, and the course's engine configuration. A bundle is
unpacked once, and the hidden tests are imported from it.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from proctor.bundle.preprocessors import Loaded, OwnPreprocessor, load
from proctor.checks.check import Check
from proctor.checks.load import load_checks
from proctor.errors import CourseError
from proctor.execution.runner import Examine
from proctor.files.atomic import make_world_readable
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.shared.kernel_program import KernelProgram
from proctor.submission.reference_cells import ReferenceCell, checked_tests, ordinary_tests
from proctor.submission.test_plan import TestMode, TestPlan

CONTENTS, GIVEN, PACKAGES, SHARED = "contents.json", "given", "packages", "shared"
"""Names in a bundle: its manifest, the assignment's public files, the course's modules, and files
of the course that notebooks see besides."""

_VERSION = 4
"""Version of a bundle's layout; a worker rejects all others."""


@dataclass(frozen=True)
class NotebookPlan:
    """One notebook of the assignment as it was released.

    Attributes:
        cells: The instructor's cells, hidden tests included.
        kernelspec: The kernel that the instructor's notebook names; None if unknown.
        program: That kernel, if it is a program of its own, and not this environment's Python.
        tests: How its tests are judged outside; None if they can't be.
        modes: Where each test without a check is judged, by nbgrader's id; those that are not here
            are judged in the kernel.
    """

    cells: tuple[ReferenceCell, ...]
    kernelspec: Mapping[str, Any] | None
    program: KernelProgram | None = None
    tests: TestPlan | None = None
    modes: Mapping[str, TestMode] = field(default_factory=dict)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> NotebookPlan:
        """Read what ``dataclasses.asdict`` and JSON made of it."""
        return cls(
            cells=tuple(_cell(cell) for cell in raw["cells"]),
            kernelspec=raw["kernelspec"],
            program=None if raw["program"] is None else KernelProgram.from_json(raw["program"]),
            tests=None if raw["tests"] is None else TestPlan.from_json(raw["tests"]),
            modes={name: TestMode.from_json(mode) for name, mode in raw["modes"].items()},
        )


@dataclass(frozen=True)
class Contents:
    """What a worker needs to know to grade submissions of an assignment.

    Attributes:
        assignment: Its name.
        engine: Version of the engine that made the bundle.
        examine: Options of `Examine` by name.
        sandbox: Options of `Sandbox` by name.
        output: Options of nbgrader's ``LimitOutput`` by name.
        packages: Names of the course's modules that are in the bundle.
        leave_out: Patterns of file names that notebooks do not receive.
        notebooks: The assignment's notebooks by name, without extension.
        kept: Files of the assignment's of which a student's version counts, if there is one.
        preprocessors: The course's own among nbgrader's for autograding, in order.
    """

    assignment: str
    engine: str
    examine: Mapping[str, Any]
    sandbox: Mapping[str, Any]
    output: Mapping[str, Any]
    packages: tuple[str, ...]
    leave_out: tuple[str, ...]
    notebooks: Mapping[str, NotebookPlan]
    kept: tuple[str, ...] = ()
    preprocessors: tuple[OwnPreprocessor, ...] = ()

    @property
    def draws(self) -> tuple[str, ...]:
        """Tests without a check that draw random numbers, by nbgrader's id."""
        plans = (plan.tests for plan in self.notebooks.values())
        return tuple(name for plan in plans if plan is not None for name in plan.draws)

    def seeded(self, checks: Iterable[str]) -> tuple[str, ...]:
        """What draws random numbers: the checks, by id, and tests, by nbgrader's id."""
        return tuple(dict.fromkeys([*checks, *self.draws]))

    @property
    def hidden(self) -> tuple[str, ...]:
        """Modules that students' notebooks do not have, each with all below it."""
        public = {str(name).split(".")[0] for name in self.sandbox["preload"]}
        private = (name for name in self.packages if name not in public)
        checks = str(self.examine["checks"])
        return tuple(sorted({*private, *([checks] if checks else [])}))

    def to_json(self) -> str:
        """The contents as JSON; the same contents give the same text."""
        return json.dumps({"version": _VERSION, **asdict(self)}, sort_keys=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Contents:
        """Read what `to_json` wrote.

        Raises:
            ValueError: It has another version.
        """
        raw = json.loads(text)
        if raw.pop("version", None) != _VERSION:
            raise ValueError(f"a bundle of another version than {_VERSION}")
        notebooks = {name: NotebookPlan.from_json(plan) for name, plan in raw["notebooks"].items()}
        lists = {name: tuple(raw[name]) for name in ("packages", "leave_out", "kept")}
        own = tuple(OwnPreprocessor(**one) for one in raw["preprocessors"])
        return cls(**{**raw, **lists, "notebooks": notebooks, "preprocessors": own})


def _cell(raw: Mapping[str, Any]) -> ReferenceCell:
    known = {one.name: raw[one.name] for one in fields(ReferenceCell)}
    return ReferenceCell(**{**known, "tags": tuple(known["tags"])})


@dataclass(frozen=True)
class OpenBundle:
    """A bundle that is unpacked in a folder.

    Attributes:
        folder: The folder, which is named after the bundle's hash.
        contents: Its manifest.
        exclusive: Whether the grader runs no other notebook on this machine at the same time.
    """

    folder: Path
    contents: Contents
    exclusive: bool = False

    @property
    def hash(self) -> str:
        """SHA-256 of the bundle, in hexadecimal."""
        return self.folder.name

    @property
    def given(self) -> Path:
        """The assignment's public files."""
        return self.folder / GIVEN

    @property
    def packages(self) -> Path:
        """Folder with the course's modules."""
        return self.folder / PACKAGES

    @property
    def shared(self) -> Path:
        """Files of the course that notebooks see besides, as they lie in its folder."""
        return self.folder / SHARED

    @property
    def zygote(self) -> Path:
        """Folder of the notebooks' zygote, if the grader has started one; see `zygote_client`."""
        return self.folder.parent / "zygote"

    @property
    def test_zygote(self) -> Path:
        """Folder of the zygote of the tests' own processes."""
        return self.folder.parent / "tests"

    @property
    def hidden(self) -> tuple[str, ...]:
        """See `Contents.hidden`."""
        return self.contents.hidden

    @cached_property
    def seeded(self) -> tuple[str, ...]:
        """See `Contents.seeded`."""
        return self.contents.seeded(self.checks)

    @cached_property
    def has_outside_tests(self) -> bool:
        """Whether a test without a check is judged outside."""
        plans = self.contents.notebooks.values()
        return any(
            plan.modes[i].outside
            for plan in plans
            for i in ordinary_tests(plan.cells)
            if i in plan.modes
        )

    @cached_property
    def judges_outside(self) -> bool:
        """Whether any test is judged outside."""
        plans = self.contents.notebooks.values()
        return any(checked_tests(plan.cells) for plan in plans) or self.has_outside_tests

    @cached_property
    def examine(self) -> Examine:
        """Options for running and judging its notebooks."""
        return Examine(**self.contents.examine)

    @cached_property
    def sandbox(self) -> Sandbox:
        """Options of the sandbox that its notebooks run in."""
        return Sandbox(**self.contents.sandbox)

    @cached_property
    def preprocessors(self) -> Loaded:
        """The course's own preprocessors.

        Raises:
            CourseError: See `load`.
        """
        _make_importable(self.packages, self.contents.packages)
        return load(self.contents.preprocessors)

    @cached_property
    def checks(self) -> Mapping[str, Check]:
        """The hidden tests.

        Raises:
            CourseError: See `load_checks`.
        """
        _make_importable(self.packages, self.contents.packages)
        return load_checks(self.examine.checks, self.packages)


def open_bundle(blob: bytes, cache: Path, *, exclusive: bool = False) -> OpenBundle:
    """Unpack a bundle, unless it is already unpacked.

    Args:
        blob: The bundle.
        cache: A folder that only this user may read: the bundle holds the hidden tests.
        exclusive: See `OpenBundle`.

    Raises:
        CourseError: It was made by another version of the engine, or there is no disk space for it.
    """
    folder = cache / hashlib.sha256(blob).hexdigest()
    try:
        if not folder.is_dir():
            _unpack(blob, folder)
    except OSError as error:
        raise CourseError(
            f"the bundle can't be unpacked: {error.strerror or error}",
            why="a worker unpacks the assignment's bundle into its temporary folder",
            where=str(error.filename or folder),
            remedy=f"make room for {len(blob):,} bytes there, or set TMPDIR to another folder",
        ) from error
    return open_folder(folder, exclusive=exclusive)


def open_folder(folder: Path, *, exclusive: bool = False) -> OpenBundle:
    """Open a bundle that is already unpacked; see `open_bundle`."""
    try:
        contents = Contents.from_json((folder / CONTENTS).read_text())
    except ValueError as error:
        raise CourseError(
            f"the bundle can't be read: {error}",
            why="worker and grader must run the same version of the engine",
            where="a bundle that came from the grader",
            remedy="install the same version on the workers",
        ) from error
    return OpenBundle(folder, contents, exclusive)


def _unpack(blob: bytes, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Unpacked beside the folder and renamed, so that no other process finds a partial bundle.
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".part-"))
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            archive.extractall(part)
        for name in (GIVEN, PACKAGES, SHARED):
            (part / name).mkdir(exist_ok=True)
        # Notebooks may run as another user; the parent folder keeps all others out.
        make_world_readable(part)
        # If another process was faster, its folder has the same content.
        try:
            part.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _make_importable(packages: Path, names: tuple[str, ...]) -> None:
    """Make this process import the course's modules from here, whatever it imported before.

    A worker of a long-running cluster may have graded with another bundle, or have some version of
    the course installed; submissions must be judged with the modules in the bundle.
    """
    if str(packages) in sys.path[:1]:
        return
    for loaded in [*sys.modules]:
        if loaded.split(".")[0] in names:
            del sys.modules[loaded]
    sys.path[:] = [place for place in sys.path if not (Path(place).parent / CONTENTS).is_file()]
    sys.path.insert(0, str(packages))
    importlib.invalidate_caches()
