"""Fill a released notebook as a student would.

A sample student is a small file: first directives, which may refer to other sample students, then
the cells that this student wrote::

    # like: ada            start from the cells of another student
    # untouched: UNQ_C3    leave this exercise as it was released
    # missing: UNQ_C2      delete the exercise's cell
    # twice: ex4-test      copy a cell by its nbgrader id
    # %% UNQ_C1
    def grad_cam(...
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

_CELL = re.compile(r"^# %% (\w+)\n", flags=re.MULTILINE)
_DIRECTIVE = re.compile(r"^# (like|untouched|missing|twice): (.+)$", flags=re.MULTILINE)


@dataclass
class Sample:
    """The edits of one student.

    Attributes:
        cells: Text by exercise marker, such as ``UNQ_C1``.
        missing: Markers of exercises whose cells were deleted.
        twice: nbgrader ids of cells that were copied.
    """

    cells: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def read_sample(path: Path) -> Sample:
    """Read a sample student's file, and before it the files that it is based on."""
    text = path.read_text()
    head, *parts = _CELL.split(text)
    said: dict[str, list[str]] = {"like": [], "untouched": [], "missing": [], "twice": []}
    for name, value in _DIRECTIVE.findall(head):
        said[name] += [part.strip() for part in value.split(",")]
    sample = Sample(missing=said["missing"], twice=said["twice"])
    for other in said["like"]:
        sample.cells |= read_sample(path.with_name(f"{other}.py")).cells
    sample.cells |= dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True))
    for marker in said["untouched"]:
        sample.cells.pop(marker, None)
    return sample


def fill(released: NotebookNode, sample: Sample) -> NotebookNode:
    """Return a submission: the released notebook with a sample student's cells.

    Raises:
        ValueError: The notebook has no cell for one of the sample's exercises.
    """
    nb = copy.deepcopy(released)
    for marker, source in sample.cells.items():
        cell = _find(nb, marker)
        first = cell.source.split("\n", 1)[0]
        cell.source = f"{first}\n{source}"
    doomed = [_find(nb, marker) for marker in sample.missing]
    nb.cells = [cell for cell in nb.cells if not any(cell is one for one in doomed)]
    for grade_id in sample.twice:
        index = next(
            i
            for i, cell in enumerate(nb.cells)
            if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
        )
        again = copy.deepcopy(nb.cells[index])
        again["id"] = f"{again['id']}-copy"
        nb.cells.insert(index + 1, again)
    return nb


def _find(nb: NotebookNode, marker: str) -> NotebookNode:
    for cell in nb.cells:
        if cell.cell_type == "code" and cell.source.startswith(f"# {marker} "):
            return cell
    raise ValueError(f"the notebook has no cell {marker}")
