"""Copies of public files, in the folder of a server that has no file systems of its own.

In namespaces, files are mounted where the notebook looks for them. Without namespaces, the course's
modules and the assignment's files are copied once per server, so that hidden tests are not among
them and an unprivileged user can read them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from proctor.files.atomic import make_world_readable
from proctor.sandbox.shared.mounts import SCRATCH_BELOW, Mounts
from proctor.sandbox.shared.server_config import COURSE_FOLDER

MODULES, GIVEN = "modules", "given"
"""Names in the server's folder."""


def copy_mounts(mounts: Mounts, folder: Path) -> None:
    """Copy the course's modules without the hidden ones, and the assignment's public files.

    Args:
        mounts: What notebooks see.
        folder: The server's folder.

    Raises:
        OSError: There is not enough space.
    """
    modules, given = folder / MODULES, folder / GIVEN
    given.mkdir()
    for inside, path in mounts.given:
        target = given / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)
    modules.mkdir()
    for package in _packages(mounts):
        shutil.copytree(package, modules / package.name, ignore=_ignore_hidden(mounts))
    if mounts.modules is not None:
        shutil.copytree(mounts.modules, modules, ignore=_ignore_hidden(mounts), dirs_exist_ok=True)
    course = folder / COURSE_FOLDER
    course.mkdir(exist_ok=True)
    for path in mounts.shared_files():
        target = course / path.name
        shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)
    for top in (modules, given, course):
        make_world_readable(top)


def copied(folder: Path) -> tuple[Path, ...]:
    """What `copy_mounts` has copied besides the assignment's files."""
    shared = (path for path in (folder / COURSE_FOLDER).iterdir())
    return (folder / MODULES, *(path for path in shared if path.name != SCRATCH_BELOW.parts[0]))


def link_mounts(mounts: Mounts, folder: Path) -> None:
    """Link the assignment's public files into one folder, for notebooks without a sandbox."""
    (folder / COURSE_FOLDER).mkdir(exist_ok=True)
    for path in mounts.shared_files():
        (folder / COURSE_FOLDER / path.name).symlink_to(path)
    (folder / GIVEN).mkdir()
    for inside, path in mounts.given:
        link = folder / GIVEN / inside
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)


def readable(mounts: Mounts) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The folders and files that may be read as a whole, and the folders that may only be listed.

    A folder that contains something hidden may be listed, and everything next to the hidden part
    may be read: Landlock allows whole trees, and can't exclude parts of one.
    """
    read: list[Path] = []
    listed: list[Path] = []
    copied = _packages(mounts)
    for folder in dict.fromkeys(path.resolve() for path in mounts.folders):
        if folder in copied:
            continue
        for path, whole in _subtrees(folder, mounts.hidden):
            (read if whole else listed).append(path)
    return tuple(read), tuple(listed)


def _packages(mounts: Mounts) -> list[Path]:
    """Packages outside of any environment that have hidden parts, such as the course's."""
    folders = dict.fromkeys(path.resolve() for path in mounts.folders)
    return [
        folder
        for folder in folders
        if (folder / "__init__.py").is_file()
        and any(other.is_relative_to(folder) for other in mounts.hidden)
    ]


def _subtrees(path: Path, hidden: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    if path in hidden:
        return
    if not any(other.is_relative_to(path) for other in hidden):
        yield path, True
        return
    yield path, False
    for entry in sorted(path.iterdir()):
        yield from _subtrees(entry, hidden)


def _ignore_hidden(mounts: Mounts) -> Callable[[str, list[str]], list[str]]:
    def names(folder: str, entries: list[str]) -> list[str]:
        return [
            name
            for name in entries
            if name == "__pycache__" or Path(folder, name).resolve() in mounts.hidden
        ]

    return names
