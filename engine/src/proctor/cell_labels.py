"""Keys and labels of an assignment's cells: nbgrader's ids are unique in one notebook only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class CellKey(NamedTuple):
    """A cell of an assignment.

    Attributes:
        notebook: Name of its notebook, without extension.
        cell: nbgrader's id of the cell.
    """

    notebook: str
    cell: str


def labels(names: Mapping[CellKey, str], taken: Iterable[str] = ()) -> dict[CellKey, str]:
    """Return a label for each cell, so that no two cells have the same.

    It is the cell's name where that is unique, ``notebook/name`` where other notebooks have it
    too, and ``notebook/id`` where the same notebook has it twice.

    Args:
        names: The cells' names: their ids, or what they are called for people.
        taken: Labels that no cell may have.
    """
    used = set(taken)
    counts = Counter(names.values())
    qualified = {key: f"{key.notebook}/{name}" for key, name in names.items()}
    repeats = Counter(qualified.values())
    found = {}
    for key, name in names.items():
        if counts[name] == 1 and name not in used:
            found[key] = name
        elif repeats[qualified[key]] == 1:
            found[key] = qualified[key]
        else:
            found[key] = "/".join(key)
    return found


def id_labels(keys: Iterable[CellKey], taken: Iterable[str] = ()) -> dict[CellKey, str]:
    """Return `labels` of cells that are called by their ids."""
    return labels({key: key.cell for key in keys}, taken)
