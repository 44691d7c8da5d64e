"""What is visible of the machine in a sandbox, as bubblewrap arguments."""

from __future__ import annotations

import glob
import importlib.util
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

import proctor
from proctor.errors import CourseError
from proctor.files.public import is_public
from proctor.programs import interpreter

COURSE, SOCKETS, GIVEN = Path("/course"), Path("/sockets"), Path("/given")
MODULES = Path("/modules")
"""Folders inside the sandbox."""

SCRATCH_BELOW = Path("autograded", "scratch")
SCRATCH = COURSE / SCRATCH_BELOW
"""The scratch folder. A notebook's folder in it is as deep below the course's as with nbgrader, so
that relative paths lead to the same files of the course, where they are shared."""

_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_ETC = (
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime", "R",
    "timezone", "mime.types", "nsswitch.conf", "protocols", "services",
)  # fmt: skip
_CPUS = "/sys/devices/system/cpu"
_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108
"""Links to the scratch folder, unless the Python environment lies below; TMPDIR is always in it."""


SYSTEM_FOLDERS = tuple(Path("/", name) for name in _SYSTEM)
SYSTEM_FILES = tuple(Path("/etc", name) for name in _ETC)
"""System folders and files that notebooks see; the same in all sandboxes."""


@dataclass(frozen=True)
class Mounts:
    """What is visible besides the system's libraries.

    Attributes:
        folders: Readable folders and files, at the same paths as outside.
        hidden: Folders and files among them that are masked.
        given: The assignment's public files: names below `GIVEN`, and paths outside.
        modules: Folder with the course's modules, mounted at `MODULES`; None: there is none.
        shared: Folder with further files of the course, mounted in `COURSE`; None: there is none.
    """

    folders: tuple[Path, ...]
    hidden: tuple[Path, ...]
    given: tuple[tuple[str, Path], ...]
    modules: Path | None = None
    shared: Path | None = None

    def arguments(
        self, sockets: Path, accounts: Path, scratch_bytes: int, *, own_processes: bool = True
    ) -> Iterator[str]:
        """Yield bubblewrap's arguments for the file systems.

        Args:
            sockets: Folder outside for the kernels' sockets.
            accounts: File that is mounted as ``/etc/passwd``.
            scratch_bytes: Size of each writable file system.
            own_processes: Whether the sandbox has its own PID namespace.
        """
        for path in SYSTEM_FOLDERS:
            if path.is_symlink():
                yield from ("--symlink", str(path.readlink()), str(path))
            elif path.is_dir():
                yield from ("--ro-bind", str(path), str(path))
        for path in SYSTEM_FILES:
            yield from ("--ro-bind-try", str(path), str(path))
        yield from ("--ro-bind", str(accounts), "/etc/passwd", "--ro-bind-try", _CPUS, _CPUS)
        for path in self.folders:
            yield from ("--ro-bind", str(path.resolve()), str(path))
        if self.modules is not None:
            yield from ("--ro-bind", str(self.modules), str(MODULES))
        for path in self.hidden:
            for place in dict.fromkeys(self._paths_inside(path)):
                yield from _mask(path, place)
        for path in self.shared_files():
            yield from ("--ro-bind", str(path), str(COURSE / path.name))
        yield from ("--dir", str(GIVEN))
        for inside, path in self.given:
            yield from ("--ro-bind", str(path), str(GIVEN / inside))
        yield from own_file_systems(scratch_bytes, own_processes=own_processes)
        for link in map(Path, _TEMPORARY):
            if not any(path.is_relative_to(link) for path in self.folders):
                yield from ("--symlink", str(SCRATCH / "tmp"), str(link))
        yield from ("--bind", str(sockets), str(SOCKETS), "--remount-ro", "/")

    def sources(self) -> list[Path]:
        """Paths outside of everything that is mounted besides the system's libraries."""
        modules = [] if self.modules is None else [self.modules]
        given = (path for _, path in self.given)
        return [*self.folders, *modules, *given, *self.shared_files()]

    def shared_files(self) -> list[Path]:
        """Files and folders of the course, as they lie in its folder."""
        return [] if self.shared is None else sorted(self.shared.iterdir())

    def _paths_inside(self, path: Path) -> Iterator[Path]:
        """Yield the paths inside at which a file is visible; a link may lead to it, too."""
        if self.modules is not None and path.is_relative_to(self.modules):
            yield MODULES / path.relative_to(self.modules)
        for folder in self.folders:
            if path.is_relative_to(folder.resolve()):
                yield folder / path.relative_to(folder.resolve())
        if _is_system(path):
            yield path


def own_file_systems(scratch_bytes: int, *, own_processes: bool = True) -> Iterator[str]:
    """Yield bubblewrap's arguments for unshared file systems; see `Mounts.arguments`."""
    yield from ("--proc", "/proc") if own_processes else ("--bind", "/proc", "/proc")
    yield from ("--dev", "/dev")
    # The number of pseudo-terminals is limited for the whole machine.
    yield from ("--tmpfs", "/dev/pts", "--remount-ro", "/dev/pts")
    # Kernel settings must be read-only whatever the user is. Not in a zygote's sandbox: a sandbox
    # nested in it could then not mount its own /proc.
    if own_processes:
        yield from ("--ro-bind", "/proc/sys", "/proc/sys")
    for folder in (SCRATCH, Path("/dev/shm")):  # noqa: S108
        yield from ("--size", str(scratch_bytes), "--tmpfs", str(folder))


def _mask(path: Path, inside: Path) -> tuple[str, ...]:
    if path.is_dir():
        return ("--tmpfs", str(inside), "--remount-ro", str(inside))
    return ("--ro-bind", "/dev/null", str(inside))


def mounts_of(
    *,
    course: Path,
    packages: Iterable[str],
    hidden: Iterable[str],
    given: Path,
    leave_out: Sequence[str],
    search: Path | None = None,
    shared: Path | None = None,
    machine: Iterable[Path] = (),
) -> Mounts:
    """Collect what a course's notebooks need to see.

    Args:
        course: The course folder.
        packages: Importable modules that notebooks use and that may lie outside the Python
            environment.
        hidden: Dotted names of modules that notebooks do not get, such as the hidden tests.
        given: The assignment's source folder.
        leave_out: Patterns of names in it that students don't get; see `is_public`.
        search: Folder with the course's own modules, which is searched first.
        shared: Folder with further files of the course; None: there is none.
        machine: Further files and folders of the machine.

    Raises:
        CourseError: See `check_course_location`; or one of the machine's is missing.
    """
    environment = list(_environment())
    modules = [path for name in packages for path in _module_paths(name, search)]
    modules_here = None if search is None else search.resolve()
    covered = [*environment, *([] if modules_here is None else [modules_here])]
    modules += list(map(_there, machine))
    extra = [path for path in modules if not any(path.is_relative_to(c) for c in covered)]
    folders = tuple(dict.fromkeys(sorted([*environment, *extra])))
    check_course_location(course, folders)
    return Mounts(
        folders=folders,
        hidden=tuple(
            path
            for name in hidden
            for place in _module_paths(name, search)
            for path in (place, *_bytecode_files(place))
            if _is_system(path) or _within(path, [*folders, *covered])
        ),
        given=tuple(_public_subtrees(given, Path(), leave_out)),
        modules=modules_here,
        shared=shared,
    )


def _there(path: Path) -> Path:
    if not path.exists():
        raise CourseError(
            f"{path} is not there, or not readable",
            why="notebooks are to see it, at the same place as outside",
            where="c.Sandbox.share in nbgrader_config.py",
            remedy="put it there on every machine that grades, or take it out of the list",
        )
    return path


def check_course_location(course: Path, visible: Iterable[Path] = ()) -> None:
    """Check that a course does not lie in a folder that notebooks may read.

    Args:
        course: The course folder.
        visible: Folders that notebooks may read, besides the system's own.

    Raises:
        CourseError: The course lies in such a folder.
    """
    for folder in [*SYSTEM_FOLDERS, *visible]:
        if course.resolve().is_relative_to(folder.resolve()):
            raise CourseError(
                f"the course lies below {folder}, which holds Python or the system's libraries",
                why="notebooks could read the whole course folder, with solutions and grades",
                where=str(course),
                remedy="move the course, or install Python and its packages somewhere else",
            )


def _bytecode_files(module: Path) -> list[Path]:
    """Bytecode files of a single-file module; those of a package lie in the package."""
    if module.suffix != ".py":
        return []
    return sorted((module.parent / "__pycache__").glob(f"{glob.escape(module.stem)}.*.pyc"))


def _environment() -> Iterator[Path]:
    """Yield the folders of this Python and its packages, except the system's own."""
    candidates = [sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages()]
    candidates += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")]
    if site.ENABLE_USER_SITE:
        candidates.append(site.getusersitepackages())
    candidates.append(str(Path(interpreter()).resolve().parent))
    # Folders that a .pth file adds, such as the packages of another environment.
    candidates += [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    kept: list[Path] = []
    for path in sorted({Path(name) for name in candidates}):
        if path.is_dir() and not _is_system(path) and not any(path.is_relative_to(k) for k in kept):
            kept.append(path)
            yield path
            # Packages installed through a link may refer to themselves by either path.
            if not _is_system(path.resolve()) and path.resolve() != path:
                yield path.resolve()
    # Under both paths if a link leads here: sys.path may contain either.
    engine = Path(proctor.__file__).parent
    yield from dict.fromkeys((engine, engine.resolve()))


def _is_system(path: Path) -> bool:
    return bool(path.parts[1:2]) and path.parts[1] in _SYSTEM


def _module_paths(module: str, search: Path | None) -> list[Path]:
    """Find a module's files without importing it or its package.

    A search folder takes precedence over this process's own search path, and shadows it.
    """
    if not module:
        return []
    top, *rest = module.split(".")
    try:
        # This process may have imported another copy than the one that a notebook would get.
        spec = None if search is None else PathFinder.find_spec(top, [str(search)])
        spec = spec or importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return []
    if spec is None:
        return []
    roots = [Path(place) for place in spec.submodule_search_locations or ()]
    if not roots and spec.origin and spec.has_location:
        roots = [Path(spec.origin)]
    found = [root.joinpath(*rest) for root in roots]
    found += [path.with_suffix(".py") for path in found if rest]
    return [path.resolve() for path in found if path.exists()]


def _within(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder.resolve()) for folder in folders)


def _public_subtrees(
    folder: Path, below: Path, patterns: Sequence[str]
) -> Iterator[tuple[str, Path]]:
    """Yield the largest subtrees of a folder without left-out names and without links."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        inside = below / entry.name
        if not is_public(entry, patterns):
            continue
        if entry.is_dir() and not _is_plain(entry, patterns):
            yield from _public_subtrees(entry, inside, patterns)
        elif entry.exists():
            yield str(inside), entry.resolve()


def _is_plain(folder: Path, patterns: Sequence[str]) -> bool:
    return not folder.is_symlink() and not any(
        path.is_symlink() or not is_public(path, patterns) for path in folder.rglob("*")
    )
