"""The student kit: everything that a student needs in one zip, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from traitlets import Dict, List, Unicode
from traitlets.config import LoggingConfigurable

from proctor.errors import CourseError
from proctor.files.archives import write_zip
from proctor.files.atomic import atomic_replacement
from proctor.files.sizes import check_size

_EXCLUDED = ("__pycache__", "*.pyc", ".ipynb_checkpoints", ".DS_Store")


class StudentKit(LoggingConfigurable):
    """Packs a released assignment with the course's public package."""

    packages = List(
        Unicode(), help="Folders of Python packages that students import, from the course folder."
    ).tag(config=True)
    private = List(
        Unicode(),
        help="Folders and files inside the packages that students must not get; glob patterns.",
    ).tag(config=True)
    extras = Dict(
        Unicode(),
        help="By assignment: folder whose files (README, requirements.txt) go to the kit's top.",
    ).tag(config=True)
    required = Dict(
        List(Unicode()),
        help="By assignment: paths in its released folder without which the lesson can't run.",
    ).tag(config=True)

    def check(self, folder: Path, course: Path) -> None:
        """Check that all parts of the kit are present.

        Args:
            folder: The assignment's folder, named after the assignment.
            course: The course folder.

        Raises:
            CourseError: A required file is missing or empty; or a name in the kit's settings
                matches nothing, so that private files could be packed.
        """
        extras = self.extras.get(folder.name)
        for name in (*self.packages, *([extras] if extras else [])):
            if not (course / name).is_dir():
                raise _no_match(name, course)
        names = [
            f.relative_to(course).as_posix() for p in self.packages for f in _files(course / p)
        ]
        for pattern in self.private if self.packages else ():
            if not any(_is_private(name, pattern) for name in names):
                raise _no_match(pattern, course)
        for name in self.required.get(folder.name, ()):
            path = folder / name
            if not path.exists() or (path.is_file() and path.stat().st_size == 0):
                raise CourseError(
                    "a file of the assignment is missing"
                    if not path.exists()
                    else "a file of the assignment is empty",
                    why="students need it: StudentKit lists it as data or weights",
                    where=str(path),
                    remedy="restore the file from version control, or make it anew as the "
                    "README in its folder says",
                )

    def pack(self, released: Path, course: Path, target: Path) -> list[str]:
        """Write the kit.

        Args:
            released: The released assignment.
            course: The course folder, from which packages and extras are taken.
            target: The zip to write; it is replaced only when complete.

        Returns:
            The names in the zip, in order.

        Raises:
            CourseError: The files are too large.
        """
        entries = dict(self._entries(released, course))
        check_size(entries)
        with atomic_replacement(target) as part:
            write_zip(part, entries, compressed=True)
        return sorted(entries)

    def _entries(self, released: Path, course: Path) -> Iterator[tuple[str, Path]]:
        for path in _files(released):
            yield path.relative_to(released).as_posix(), path
        for package in self.packages:
            for path in _files(course / package):
                name = path.relative_to(course).as_posix()
                if not any(_is_private(name, pattern) for pattern in self.private):
                    yield name, path
        extras = self.extras.get(released.name)
        if extras:
            for path in _files(course / extras):
                yield path.relative_to(course / extras).as_posix(), path


def _is_private(name: str, pattern: str) -> bool:
    return fnmatch(name, pattern) or fnmatch(name, f"{pattern.rstrip('/')}/*")


def _no_match(name: str, course: Path) -> CourseError:
    return CourseError(
        f"{name!r} matches nothing in the course folder",
        why="a setting of StudentKit lists it as part of the student kit",
        where=str(course),
        remedy="correct the name in nbgrader_config.py; nothing was released",
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(fnmatch(part, p) for part in parts for p in _EXCLUDED):
            yield path
