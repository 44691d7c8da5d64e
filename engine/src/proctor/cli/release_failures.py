"""Where nbgrader failed to make a student version, and what to do about it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError

from proctor.release.scaffold import place
from proctor.release.unlisted import entry_needed
from proctor.text import one_line

_MOST = 500

Frame = tuple[str, Mapping[str, Any]]
"""A function that an error came through, by name, and its variables."""


@dataclass(frozen=True)
class Failure:
    """What is known of an error inside of nbgrader.

    Attributes:
        said: What is wrong; empty if nbgrader's own words say it.
        where: Notebook and cell; empty if it is not about one.
        remedy: What to do; empty if it is what one does about any error.
    """

    said: str = ""
    where: str = ""
    remedy: str = ""


def failure_of(error: BaseException) -> Failure:
    """Say what can be said of an error that one of nbgrader's steps has raised."""
    frames = list(_frames(error))
    said, remedy = _explained(error, frames)
    return Failure(one_line(said, _MOST), _place(frames), remedy)


def _explained(error: BaseException, frames: Sequence[Frame]) -> tuple[str, str]:
    if isinstance(error, CellExecutionError):
        return _kernel_error(error, frames)
    loading = next((names for name, names in frames if name == "_load_test_template_file"), None)
    if loading is not None and isinstance(error, FileNotFoundError | KeyError):
        return _no_templates(error, loading)
    if isinstance(error, FileNotFoundError) and error.filename is not None:
        path = Path(str(error.filename)).absolute()
        return (
            f"there is no file {error.filename}; it was looked for at {path}",
            "put the file there, or correct its name where a setting or a cell names it",
        )
    return "", entry_needed(str(error))


def _kernel_error(error: CellExecutionError, frames: Sequence[Frame]) -> tuple[str, str]:
    """Of an error in the notebook's kernel; nbgrader's own text of it can't be printed."""
    said = f"a cell failed when the notebook was run for its AUTOTEST lines: {error.ename}: "
    said += " ".join(str(error.evalue).split())
    folder = next((one for one in map(_folder, frames) if one is not None), None)
    if folder is None:
        return said, ""
    return said, (
        "correct the cell, so that all cells above AUTOTEST lines run with the solution. The "
        f"notebook ran in {folder}, where its relative paths begin; a submission is run in a "
        "folder of the student's, submitted/STUDENT/ASSIGNMENT, from which a path with ../ leads "
        "elsewhere: put a file that both read beside the notebook, or name it by an absolute path"
    )


def _no_templates(error: Exception, names: Mapping[str, Any]) -> tuple[str, str]:
    """Of the file that says how tests are made from AUTOTEST lines."""
    name = names["self"].autotest_filename
    folder, other = _folder(("", names)), Path.cwd()
    places = f"{folder} (for this assignment) or {other} (for all, if proctor is run there)"
    if isinstance(error, FileNotFoundError):
        return (
            f"there is no {name}, which a notebook with AUTOTEST lines needs; it was looked for in "
            f"{folder} and in {other}",
            f"put {name} into {places}; nbgrader's documentation has one to begin with",
        )
    return f"{name} has no entry {error}", f"add it to {name} in {places}"


def _frames(error: BaseException) -> Iterator[Frame]:
    """The functions that an error came through, the innermost first."""
    for frame, _ in reversed([*traceback.walk_tb(error.__traceback__)]):
        yield frame.f_code.co_name, frame.f_locals


def _folder(frame: Frame) -> Path | None:
    """The folder of the notebook that a step works on."""
    resources = frame[1].get("resources")
    found = resources.get("metadata", {}).get("path") if isinstance(resources, Mapping) else None
    return None if found is None else Path(found).resolve()


def _place(frames: Sequence[Frame]) -> str:
    """The notebook that was worked on, and its cell if it was a cell."""
    path = next((v["notebook_filename"] for _, v in frames if "notebook_filename" in v), None)
    if path is None:
        return ""
    for name, values in frames:
        index = values.get("cell_index", values.get("index"))
        if name == "preprocess_cell" and "cell" in values and isinstance(index, int):
            return place(Path(path).stem, index, values["cell"])
    return Path(path).name
