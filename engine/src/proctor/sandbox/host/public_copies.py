"""What a server without file systems of its own gives to its notebooks, in a folder of its own.

In namespaces, files are shown where the notebook looks for them. Without, the course's modules and
the assignment's files are copied once per server, so that hidden tests are not among them and a
user without rights can read them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from proctor.files.atomic import open_tree
from proctor.sandbox.shared.mounts import Mounts

MODULES, GIVEN = "modules", "given"
"""Names in the server's folder."""


def copy_mounts(mounts: Mounts, folder: Path) -> None:
    """Copy the course's modules without the hidden ones, and the assignment's public files.

    Args:
        mounts: What notebooks see.
        folder: The server's folder.

    Raises:
        OSError: There is no room for it.
    """
    modules, given = folder / MODULES, folder / GIVEN
    given.mkdir()
    for inside, path in mounts.given:
        target = given / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(path, target) if path.is_dir() else shutil.copy(path, target)
    modules.mkdir()
    for package in _packages(mounts):
        shutil.copytree(package, modules / package.name, ignore=_left_out(mounts))
    if mounts.modules is not None:
        shutil.copytree(mounts.modules, modules, ignore=_left_out(mounts), dirs_exist_ok=True)
    for top in (modules, given):
        open_tree(top)


def link_mounts(mounts: Mounts, folder: Path) -> None:
    """Link the assignment's public files into one folder, for notebooks with all rights."""
    (folder / GIVEN).mkdir()
    for inside, path in mounts.given:
        link = folder / GIVEN / inside
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)


def readable(mounts: Mounts) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The folders and files of a mounts that may be read as a whole, and those only listed.

    A folder with something hidden in it is listed, and what is beside the hidden part is read:
    Landlock allows whole trees, and takes nothing out of one.
    """
    read: list[Path] = []
    listed: list[Path] = []
    copied = _packages(mounts)
    for folder in dict.fromkeys(path.resolve() for path in mounts.folders):
        if folder in copied:
            continue
        for path, whole in _parts(folder, mounts.hidden):
            (read if whole else listed).append(path)
    return tuple(read), tuple(listed)


def _packages(mounts: Mounts) -> list[Path]:
    """Packages with hidden parts that lie outside of any environment, such as the course's."""
    folders = dict.fromkeys(path.resolve() for path in mounts.folders)
    return [
        folder
        for folder in folders
        if (folder / "__init__.py").is_file()
        and any(other.is_relative_to(folder) for other in mounts.hidden)
    ]


def _parts(path: Path, hidden: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    if path in hidden:
        return
    if not any(other.is_relative_to(path) for other in hidden):
        yield path, True
        return
    yield path, False
    for entry in sorted(path.iterdir()):
        yield from _parts(entry, hidden)


def _left_out(mounts: Mounts) -> Callable[[str, list[str]], list[str]]:
    def names(folder: str, entries: list[str]) -> list[str]:
        return [
            name
            for name in entries
            if name == "__pycache__" or Path(folder, name).resolve() in mounts.hidden
        ]

    return names
