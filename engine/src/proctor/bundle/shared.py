"""Files of the course outside of the assignment that notebooks see, because the course says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url

from proctor.errors import CourseError
from proctor.seeds import SECRET_NAME

_WHERE = "c.Sandbox.share in nbgrader_config.py"
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
                raise CourseError(
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
    for name in ("submitted", "autograded", "feedback", "solution"):
        folder = str(getattr(coursedir, f"{name}_directory", ""))
        if folder:
            yield course / folder
    # Single files in it may be shared, not all of it: it holds the solutions.
    yield from (course / coursedir.source_directory).glob("*/*.ipynb")
    if checks:
        top = checks.split(".")[0]
        yield from (course / top, course / f"{top}.py")
