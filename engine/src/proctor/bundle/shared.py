"""Files of the course outside of the assignment that notebooks see, because the course says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url

from proctor.errors import CourseError
from proctor.seeds import SECRET_NAME

_WHERE = "c.Sandbox.share in nbgrader_config.py"
_ANY = "*"
_GRADED = re.compile(rb'"(grade|solution|task)"\s*:\s*true')
_MAX_READ = 256 * 1024 * 1024
_PRIVATE = (".git", ".proctor", SECRET_NAME, "nbgrader_config.py", "gradebook.db")


def of_the_course(names: Iterable[str]) -> list[Path]:
    """Those that are named relative to the course folder; they travel with the bundle."""
    return [Path(name) for name in names if not Path(name).is_absolute()]


def check_shared(
    names: Iterable[str], course: Path, coursedir: CourseDirectory, checks: str
) -> None:
    """Check that what notebooks are to see is there, and holds nothing that students must not see.

    Args:
        names: Files and folders, as the course names them.
        course: The course folder.
        coursedir: The names of folders in it.
        checks: Name of the module with the course's checks; empty: it has none.

    Raises:
        CourseError: One is missing, leads out of the course, or has private files in it.
    """
    course = course.resolve()
    private = {path.resolve(): path for path in _private(course, coursedir, checks)}
    for name in names:
        path = (course / name).resolve()
        if not path.exists():
            raise CourseError(
                f"{name} is not there",
                why="notebooks are to see it",
                where=_WHERE,
                remedy="correct the name; relative ones start from the course folder",
            )
        if not Path(name).is_absolute() and (".." in Path(name).parts or path == course):
            raise CourseError(
                f"{name} is no file or folder in the course folder",
                why="files of the course are named relative to its folder, and lie in it",
                where=_WHERE,
                remedy="name what notebooks need; what lies elsewhere by its absolute path",
            )
        for hidden, shown in private.items():
            if hidden.is_relative_to(path) or path.is_relative_to(hidden):
                raise _seen(shown, name)


def check_shared_files(
    files: Mapping[str, Path],
    course: Path,
    coursedir: CourseDirectory,
    checks: str,
    names: Iterable[str] = (),
) -> None:
    """Check the files themselves: a folder may have links, or copies of an assignment.

    Args:
        files: What travels with the bundle, by name.
        course: The course folder.
        coursedir: The names of folders in it.
        checks: Name of the module with the course's checks; empty: it has none.
        names: Files and folders, as the course names them; these may be links out of the course.

    Raises:
        CourseError: One is private, or a notebook with answers or tests that is no release, or
            lies outside of the course.
    """
    named = [course.resolve(), *((course / name).resolve() for name in names)]
    private = {path.resolve() for path in _private(course.resolve(), coursedir, checks)}
    released = (course / coursedir.release_directory).resolve()
    for name, path in files.items():
        real = path.resolve()
        if any(real.is_relative_to(hidden) for hidden in private):
            raise _seen(real, name)
        if not any(map(real.is_relative_to, named)):
            raise CourseError(
                f"{name} is a link out of the course, to {real}",
                why="notebooks see what the course names, and nothing else of this machine",
                where=_WHERE,
                remedy="name the link itself, too, or put the file in its place",
            )
        released_one = real.is_relative_to(released)
        if path.suffix == ".ipynb" and not released_one and _is_graded(path):
            raise _seen(f"the answers or tests in {real}", name)


def _is_graded(notebook: Path) -> bool:
    with notebook.open("rb") as file:
        return _GRADED.search(file.read(_MAX_READ)) is not None


def _seen(shown: object, name: str) -> CourseError:
    return CourseError(
        f"notebooks would see {shown}, if they saw {name}",
        why="students' code could read solutions, grades or the hidden tests",
        where=_WHERE,
        remedy="name only the files and folders that notebooks need",
    )


def _private(course: Path, coursedir: CourseDirectory, checks: str) -> Iterator[Path]:
    yield from (course / name for name in _PRIVATE)
    database = make_url(coursedir.db_url)
    if database.drivername.startswith("sqlite") and database.database:
        yield course / database.database
    structure = coursedir.directory_structure
    for name in ("submitted", "autograded", "feedback", "solution"):
        if step := str(getattr(coursedir, f"{name}_directory", "")):
            yield from _folders_of_students(course, structure, step)
    # Single files beside them may be shared, not all of the folder: it holds the solutions.
    sources = structure.format(
        nbgrader_step=coursedir.source_directory, student_id=".", assignment_id=_ANY
    )
    yield from _found(course, Path(sources, "*.ipynb"))
    if checks:
        top = checks.split(".")[0]
        yield from (course / top, course / f"{top}.py")
    if root := coursedir.config.Exchange.get("root"):
        yield Path(root)


def _folders_of_students(course: Path, structure: str, step: str) -> Iterator[Path]:
    """The folder in which those of all students lie; if that is the course, each by itself."""
    filled = structure.format(nbgrader_step=step, student_id=_ANY, assignment_id=_ANY)
    fixed = Path(*takewhile(lambda part: _ANY not in part, Path(filled).parts))
    if fixed.name:
        yield course / fixed
    else:
        yield from _found(course, Path(filled))


def _found(course: Path, pattern: Path) -> Iterator[Path]:
    start = Path(pattern.anchor) if pattern.anchor else course
    yield from start.glob(str(pattern.relative_to(pattern.anchor)))
