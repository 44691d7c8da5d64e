"""Strip every notebook of an assignment in memory, before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files

from proctor.cells import delimiters_of, read_check_cell, with_standard_delimiters
from proctor.errors import CourseError, ReleaseError, reason_of
from proctor.execution.runner import Examine
from proctor.files.sizes import check_size
from proctor.release.scaffold import Scaffold, place


def check_source(folder: Path, parent: Any) -> list[Path]:
    """Check that an assignment can be released, without writing anything.

    Args:
        folder: The assignment's source folder.
        parent: The application, for configuration.

    Returns:
        Paths of the notebooks.

    Raises:
        CourseError: There is no such assignment, its files are too large, or a notebook names an
            unknown check.
        ReleaseError: See `Scaffold`.
    """
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise CourseError(
            f"there is no assignment {folder.name!r} in this course"
            if not folder.is_dir()
            else f"assignment {folder.name!r} has no notebook",
            why="an assignment is a folder in source/ with at least one notebook",
            where=str(folder),
            remedy="check the assignment's name and that you are in the course folder, "
            "or pass --course-dir",
        )
    copied = map(Path, find_all_files(str(folder), [*CourseDirectory(parent=parent).ignore]))
    check_size({str(path): path for path in copied if path.is_file()})
    checks = Examine(parent=parent).hidden_tests()
    delimiters = delimiters_of(parent)
    for path in notebooks:
        nb = _read(path)
        for index, cell in enumerate(nb.cells):
            standard = NotebookNode(cell)
            standard.source = with_standard_delimiters(cell.source, delimiters)
            graded = read_check_cell(index, standard)
            if graded is not None and graded.check is not None and graded.check not in checks:
                raise CourseError(
                    f"no hidden test {graded.check!r}; known are {sorted(checks)}",
                    why="a test cell of the notebook names it",
                    where=place(path.stem, index, cell),
                    remedy="correct the name, or add the check",
                )
        Scaffold(parent=parent).preprocess(nb, {"unique_key": path.stem})
    return notebooks


def _read(path: Path) -> nbformat.NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    # nbformat raises many kinds of errors for a broken file.
    except Exception as error:
        raise ReleaseError(
            f"not a notebook: {reason_of(error)}",
            why="the student version is made from the instructor's Jupyter notebook",
            where=str(path),
            remedy="open it in JupyterLab, or restore it from version control",
        ) from error
