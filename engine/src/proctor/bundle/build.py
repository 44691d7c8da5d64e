"""Make a bundle from a course folder: everything a worker needs, and no student data."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import io
import json
import os
import site
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import LimitOutput
from traitlets.config.loader import LazyConfigValue

import proctor
from proctor.bundle.kernels import program_of
from proctor.bundle.load import CONTENTS, GIVEN, PACKAGES, SHARED, Contents, NotebookPlan
from proctor.bundle.preprocessors import Lists, read_lists
from proctor.bundle.shared import check_shared, check_shared_files, of_the_course
from proctor.cells import delimiters_of
from proctor.course_layout import released_folder, source_folder
from proctor.execution.runner import Examine
from proctor.files.archives import write_zip
from proctor.files.public import is_public
from proctor.files.sizes import check_size, too_large
from proctor.sandbox.host.options import Sandbox
from proctor.submission.reference_cells import ordinary_tests, read_reference
from proctor.submission.test_plan import TestMode, plan_of

_NO_LIMIT = -1
_NEVER = ("__pycache__", "*.pyc", ".ipynb_checkpoints", ".DS_Store", ".git")


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory.

    Attributes:
        contents: Its manifest.
        blob: An uncompressed zip; most of it is pictures and weights.
        hash: SHA-256 of the zip in hexadecimal; the same course gives the same bundle.
    """

    contents: Contents
    blob: bytes
    hash: str


def pack(parent: Any, coursedir: CourseDirectory, assignment: str) -> Bundle:
    """Bundle a released assignment.

    Args:
        parent: The application, for configuration.
        coursedir: The course.
        assignment: Name of the assignment.

    Raises:
        MissingEntry: The assignment was not released.
        CourseError: The course's hidden tests can't be imported; or see `program_of`.
    """
    examine, sandbox = Examine(parent=parent), Sandbox(parent=parent)
    # Fail here, with a remedy, rather than on every worker.
    examine.hidden_tests()
    check_shared(sandbox.share, examine.course, coursedir, examine.checks)
    given = source_folder(coursedir, assignment)
    lists = read_lists(parent, examine.course)
    names = _with_imports(_configured_modules(examine, sandbox, lists), examine.course)
    modules = dict(_modules(names, examine.course))
    contents = Contents(
        assignment=assignment,
        engine=proctor.__version__,
        examine=_options(examine, leave_out={"course_folder"}),
        sandbox=_options(sandbox),
        output=_output_limits(parent, lists),
        packages=tuple(sorted(modules)),
        leave_out=tuple(sorted({*coursedir.ignore, *examine.course_packages})),
        kept=_kept(parent, assignment),
        notebooks=_notebooks(coursedir, assignment, given, examine, delimiters_of(parent)),
        preprocessors=lists.own,
    )
    files: dict[str, Path | bytes] = dict(_placed(given, Path(GIVEN), contents.leave_out))
    for path in modules.values():
        files.update(_placed(path, Path(PACKAGES, path.name)))
    shared = {
        place: path
        for name in of_the_course(sandbox.share)
        for place, path in _placed(examine.course / name, Path(SHARED, name))
    }
    files_shared = {str(Path(place).relative_to(SHARED)): path for place, path in shared.items()}
    check_shared_files(files_shared, examine.course, coursedir, examine.checks, sandbox.share)
    files.update(shared)
    blob = _zip(contents, files)
    return Bundle(contents, blob, hashlib.sha256(blob).hexdigest())


def with_modes(bundle: Bundle, modes: Mapping[str, Mapping[str, TestMode]]) -> Bundle:
    """The same bundle, with what a trial of its tests has found.

    Args:
        bundle: The bundle.
        modes: Where each test is judged, by notebook and nbgrader's id.
    """
    notebooks = bundle.contents.notebooks
    planned = {n: replace(plan, modes=modes.get(n, {})) for n, plan in notebooks.items()}
    contents = replace(bundle.contents, notebooks=planned)
    with zipfile.ZipFile(io.BytesIO(bundle.blob)) as archive:
        files: dict[str, Path | bytes] = {
            name: archive.read(name) for name in archive.namelist() if name != CONTENTS
        }
    blob = _zip(contents, files)
    return Bundle(contents, blob, hashlib.sha256(blob).hexdigest())


def _notebooks(
    coursedir: CourseDirectory,
    assignment: str,
    given: Path,
    examine: Examine,
    delimiters: tuple[str, str],
) -> dict[str, NotebookPlan]:
    plans = {}
    names = _released_notebooks(coursedir, assignment)
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        for name in names:
            cells = read_reference(
                gradebook,
                assignment=assignment,
                notebook=name,
                source=given / f"{name}.ipynb",
                released=released_folder(coursedir, assignment) / f"{name}.ipynb",
                delimiters=delimiters,
            )
            told = gradebook.find_notebook(name, assignment).kernelspec
            spec = json.loads(told) if told else None
            source = given / f"{name}.ipynb"
            program = program_of(spec, examine.same_kernels, where=str(source))
            tests = None
            if program is None and ordinary_tests(cells):
                tests = plan_of(source, cells, leave_out=examine.tags_not_run)
            plans[name] = NotebookPlan(tuple(cells), kernelspec=spec, program=program, tests=tests)
    return plans


def _options(
    configurable: Any, *, leave_out: Iterable[str] = (), only: Iterable[str] = ()
) -> dict[str, Any]:
    values = configurable.trait_values(config=True)
    names = set(only) or set(values) - {"enabled", "parent", "config", "log", *leave_out}
    return {name: values[name] for name in sorted(names)}


def _output_limits(parent: Any, lists: Lists) -> dict[str, int]:
    """Options of ``LimitOutput``; where the course does without it, they limit nothing."""
    names = ("max_lines", "max_traceback")
    if LimitOutput.__name__ not in lists.names:
        return dict.fromkeys(names, _NO_LIMIT)
    return _options(LimitOutput(parent=parent), only=names)


def _configured_modules(examine: Examine, sandbox: Sandbox, lists: Lists) -> list[str]:
    modules = [examine.checks, *sandbox.preload, *(one.path for one in lists.own)]
    return sorted({name.split(".")[0] for name in modules if name})


def _with_imports(names: Iterable[str], course: Path) -> list[str]:
    """Names of modules, and of those in the course folder that they import."""
    found: list[str] = []
    left = [*names]
    while left:
        name = left.pop()
        if name not in found:
            found.append(name)
            left += (one for one in _imports_of(name, course) if _own_place(one, course))
    return sorted(found)


def _own_place(name: str, course: Path) -> Path | None:
    """Where a module lies in the course folder, if it does."""
    return next((p for p in (course / name, course / f"{name}.py") if p.exists()), None)


def _imports_of(name: str, course: Path) -> Iterator[str]:
    """Top-level names that a module of the course folder imports anywhere."""
    place = _own_place(name, course)
    files = [] if place is None else [*place.rglob("*.py")] if place.is_dir() else [place]
    for file in files:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (one.name.split(".")[0] for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def _modules(names: Iterable[str], course: Path) -> Iterator[tuple[str, Path]]:
    """The course's own modules: those in its folder, and those outside Python's site folders."""
    installed = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
    installed += [Path(place) for place in [*site.getsitepackages(), site.getusersitepackages()]]
    for name in names:
        place = _module_path(name)
        if place is not None and any(place.is_relative_to(one) for one in installed):
            continue
        own = _own_place(name, course) or place
        if own is not None:
            yield name, own


def _module_path(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin and spec.has_location else None


def _placed(path: Path, place: Path, leave_out: Iterable[str] = ()) -> Iterator[tuple[str, Path]]:
    """A file or a folder's files, by their names in the bundle.

    Args:
        path: The file or folder.
        place: Its own name in the bundle.
        leave_out: See `_files`.
    """
    for inside, file in [("", path)] if path.is_file() else _files(path, leave_out):
        yield (place / inside).as_posix(), file


def _files(folder: Path, leave_out: Iterable[str]) -> Iterator[tuple[str, Path]]:
    patterns = [*_NEVER, *leave_out]
    seen: set[Path] = set()
    # Links are followed, since large data often lie on another disk; `seen` stops at link cycles.
    for current, folders, names in os.walk(folder, followlinks=True):
        real = Path(current).resolve()
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if is_public(Path(current, name), patterns))
        for name in sorted(names):
            path = Path(current, name)
            if path.is_file() and is_public(path, patterns):
                yield path.relative_to(folder).as_posix(), path


def _kept(parent: Any, assignment: str) -> tuple[str, ...]:
    """Files of which a student's version counts, by nbgrader's ``exclude_overwriting``."""
    found = parent.config.Autograde.get("exclude_overwriting", {})
    names = found.get_value({}) if isinstance(found, LazyConfigValue) else found
    return tuple(sorted(Path(name).as_posix() for name in names.get(assignment, ())))


def _zip(contents: Contents, files: Mapping[str, Path | bytes]) -> bytes:
    check_size(files)
    buffer = io.BytesIO()
    try:
        write_zip(buffer, {CONTENTS: contents.to_json().encode(), **files}, compressed=False)
        return buffer.getvalue()
    except MemoryError as error:
        raise too_large(files) from error


def _released_notebooks(course: CourseDirectory, assignment: str) -> list[str]:
    """Names of an assignment's notebooks, without extension, in order.

    Raises:
        MissingEntry: The gradebook has no such assignment.
    """
    with Gradebook(course.db_url, course.course_id) as gradebook:
        return sorted(notebook.name for notebook in gradebook.find_assignment(assignment).notebooks)
