"""Course folders made from a repository: one for stock nbgrader, one for the engine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.adoption.courses import PublicCourse
from proctor.submission.reference_cells import SCHEMA_VERSION

STOCK, ENGINE = "stock", "engine"
KERNELSPECS = "kernelspecs"
"""Folder with kernelspecs that stock nbgrader finds besides those of the environment."""

_LEFT_OUT = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", ".git")
_HERE = "\nc.CourseDirectory.root = {root!r}\n"
_ADOPT = """\
c.Examine.same_kernels = {kernels!r}
from proctor.nbgrader import adopt

adopt(c)
"""


@dataclass(frozen=True)
class Handed:
    """What somebody has handed in.

    Attributes:
        student: Who.
        files: The files by their place in the submission.
    """

    student: str
    files: dict[str, Path]


@dataclass(frozen=True)
class LaidOut:
    """A course, twice.

    Attributes:
        folder: The folder with both.
        assignments: Names of the assignments.
        handed: What the repository has of submissions, by assignment.
    """

    folder: Path
    assignments: list[str]
    handed: dict[str, list[Handed]]

    @property
    def stock(self) -> Path:
        """Course folder of stock nbgrader."""
        return self.folder / STOCK

    @property
    def engine(self) -> Path:
        """Course folder of the engine."""
        return self.folder / ENGINE


def lay_out(course: PublicCourse, repository: Path, folder: Path) -> LaidOut:
    """Make both course folders, with metadata that nbgrader's present version reads.

    Args:
        course: What to take.
        repository: The repository's files.
        folder: Where to; emptied first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    stock, engine = folder / STOCK, folder / ENGINE
    for inside, place in course.shared.items():
        (stock / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository / inside, stock / place)
    assignments = [*_folders(course, repository, stock), *_notebooks(course, repository, stock)]
    for name in assignments:
        # What nbgrader's own words advise for metadata of an earlier version; it stops at the first
        # notebook that it can't read.
        command = [sys.executable, "-m", "nbgrader", "update", str(stock / "source" / name)]
        if _is_of_old_schema(stock / "source" / name):
            subprocess.run(command, cwd=stock, capture_output=True, check=False)  # noqa: S603
    shutil.copytree(stock, engine)
    config = (repository / course.config).read_text() if course.config else "c = get_config()\n"
    for side in (stock, engine):
        text = config + _HERE.format(root=str(side))
        if side is engine:
            text += _ADOPT.format(kernels=list(course.kernels))
        (side / "nbgrader_config.py").write_text(text)
    _kernelspecs(course, folder / KERNELSPECS / "kernels")
    handed = {
        name: list(_handed(repository, pattern, name)) for name, pattern in course.submitted.items()
    }
    return LaidOut(folder, assignments, handed)


def _is_of_old_schema(folder: Path) -> bool:
    cells = (
        cell
        for path in folder.glob("*.ipynb")
        for cell in json.loads(path.read_text()).get("cells", ())
    )
    found = (cell["metadata"].get("nbgrader") for cell in cells)
    return any(about.get("schema_version", 0) < SCHEMA_VERSION for about in found if about)


def _folders(course: PublicCourse, repository: Path, stock: Path) -> Iterator[str]:
    for pattern in course.folders:
        for folder in sorted(path for path in repository.glob(pattern) if path.is_dir()):
            if any(folder.glob("*.ipynb")) and not folder.name.startswith("."):
                target = stock / "source" / folder.name
                shutil.copytree(folder, target, ignore=_LEFT_OUT)
                yield folder.name


def _notebooks(course: PublicCourse, repository: Path, stock: Path) -> Iterator[str]:
    handed = {path for pattern in course.submitted.values() for path in repository.glob(pattern)}
    for path in sorted(repository.glob(course.notebooks)) if course.notebooks else ():
        if path in handed and path.stem not in course.submitted:
            continue
        target = stock / "source" / path.stem
        ignore = shutil.ignore_patterns("*.ipynb", "gradebook.db", "__pycache__")
        shutil.copytree(path.parent, target, ignore=ignore)
        shutil.copyfile(path, target / path.name)
        yield path.stem


def _handed(repository: Path, pattern: str, assignment: str) -> Iterator[Handed]:
    for path in sorted(repository.glob(pattern)):
        if path.is_dir():
            files = {str(p.relative_to(path)): p for p in path.rglob("*") if p.is_file()}
            yield Handed(path.parent.name, files)
        else:
            yield Handed(path.stem, {f"{assignment}.ipynb": path})


def _kernelspecs(course: PublicCourse, folder: Path) -> None:
    """Name this environment's kernel as the course's own, for stock nbgrader."""
    for name in course.kernels:
        (folder / name).mkdir(parents=True)
        spec = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": name,
            "language": "python",
        }
        (folder / name / "kernel.json").write_text(json.dumps(spec))
