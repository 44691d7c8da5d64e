"""Find the instructor's cells in a submitted notebook.

nbgrader's id in a cell's metadata says which one it is. Editors drop metadata, and students retype
cells, copy and split them; then Jupyter's id of the cell, its place and what it defines tell which
one it is, or nothing does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from proctor.cells import exercise_marker
from proctor.submission.cell_names import names_of
from proctor.submission.reference_cells import ReferenceCell


@dataclass
class Matching:
    """Which submitted cell is which of the instructor's.

    Attributes:
        places: Place of the submitted cell, by nbgrader's id.
        copied: Ids of cells that are there more than once.
        unsure: Ids of cells in which students write, and of which it is not certain where the
            answer is: a human has to look.
        bare: Ids of cells that have lost nbgrader's metadata.
    """

    places: dict[str, int] = field(default_factory=dict)
    copied: list[str] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    bare: list[str] = field(default_factory=list)


def match(cells: Sequence[NotebookNode], reference: Sequence[ReferenceCell]) -> Matching:
    """Match submitted cells to the instructor's.

    Args:
        cells: The submission's cells.
        reference: The instructor's cells in order.
    """
    found = Matching()
    _by_grade_id(cells, reference, found)
    for same in (_has_its_marker, _has_its_cell_id, _has_its_text):
        for cell in reference:
            for place in _free(cells, found) if cell.grade_id not in found.places else ():
                if same(cells[place], cell):
                    found.places[cell.grade_id] = place
                    break
    anchors = dict(found.places)
    for cell in [*_missing_answers(reference, found)]:
        _by_place(cells, reference, cell, found, anchors)
    for cell in reference:
        submitted = cells[found.places[cell.grade_id]] if cell.grade_id in found.places else None
        if submitted is not None and submitted.metadata.get("nbgrader"):
            continue
        if submitted is not None:
            found.bare.append(cell.grade_id)
        # An answer may have become a cell of its own.
        if not cell.fixed and (submitted is None or cell.is_released_as(submitted.source)):
            found.unsure.add(cell.grade_id)
    return found


def _by_grade_id(
    cells: Sequence[NotebookNode], reference: Sequence[ReferenceCell], found: Matching
) -> None:
    places: dict[str, list[int]] = {cell.grade_id: [] for cell in reference}
    for place, cell in enumerate(cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if isinstance(grade_id, str) and grade_id in places:
            places[grade_id].append(place)
    for cell in reference:
        copies = places[cell.grade_id]
        if not copies:
            continue
        found.places[cell.grade_id] = copies[0]
        if len(copies) == 1:
            continue
        found.copied.append(cell.grade_id)
        # An answer is in the copy that was changed.
        changed = [p for p in copies if cells[p].source.rstrip() != cell.released.rstrip()]
        if changed and not cell.fixed:
            # The others stay where they are, so that all run in the student's order.
            found.places[cell.grade_id] = changed[0]
            if len({cells[p].source.strip() for p in changed}) > 1:
                found.unsure.add(cell.grade_id)


def _missing_answers(
    reference: Sequence[ReferenceCell], found: Matching
) -> Iterator[ReferenceCell]:
    for cell in reference:
        if not cell.fixed and cell.grade_id not in found.places:
            yield cell


def _free(cells: Sequence[NotebookNode], found: Matching) -> list[int]:
    """Places of cells that nothing says are the instructor's."""
    taken = set(found.places.values())
    return [
        place
        for place, cell in enumerate(cells)
        if place not in taken and "grade_id" not in cell.metadata.get("nbgrader", {})
    ]


def _has_its_marker(submitted: NotebookNode, cell: ReferenceCell) -> bool:
    marker = None if cell.fixed else exercise_marker(cell.source)
    code = submitted.cell_type == "code"
    return marker is not None and code and exercise_marker(submitted.source) == marker


def _has_its_cell_id(submitted: NotebookNode, cell: ReferenceCell) -> bool:
    same = submitted.get("id") == cell.cell_id
    return bool(cell.cell_id) and same and submitted.cell_type == cell.cell_type


def _has_its_text(submitted: NotebookNode, cell: ReferenceCell) -> bool:
    """Whether a cell is one of the instructor's, word for word."""
    same = cell.fixed and cell.is_released_as(submitted.source)
    return same and submitted.cell_type == cell.cell_type


def _by_place(
    cells: Sequence[NotebookNode],
    reference: Sequence[ReferenceCell],
    cell: ReferenceCell,
    found: Matching,
    anchors: Mapping[str, int],
) -> None:
    """Match a cell to the one that stands where it should, if there is no other.

    Code is also told by what it defines.

    Args:
        cells: The submission's cells.
        reference: The instructor's cells in order.
        cell: One in which students write, and which was not found.
        found: What was found; it is added to.
        anchors: Places of cells that were found for sure, by nbgrader's id.
    """
    order = [one.grade_id for one in reference]
    index = order.index(cell.grade_id)
    before = [anchors[i] for i in order[:index] if i in anchors]
    after = [anchors[i] for i in order[index + 1 :] if i in anchors]
    start, end = max(before, default=-1), min(after, default=len(cells))
    here = [p for p in _free(cells, found) if start < p < end and cells[p].source.strip()]
    here = [p for p in here if cells[p].cell_type == cell.cell_type]
    defined = defined_by(cell.released) or defined_by(cell.source)
    if cell.cell_type == "code" and defined:
        here = [p for p in here if defined <= defined_by(cells[p].source)]
    missing = (one for one in _missing_answers(reference, found) if one is not cell)
    alike = (one for one in missing if one.cell_type == cell.cell_type)
    others = [one for one in alike if _is_beside(one, index, order, anchors)]
    # Where several are missing, only what a cell defines tells them apart.
    if len(here) == 1 and (defined or not others):
        found.places[cell.grade_id] = here[0]


def _is_beside(
    other: ReferenceCell, index: int, order: Sequence[str], anchors: Mapping[str, int]
) -> bool:
    """Whether no cell that was found lies between two that were not."""
    first, last = sorted((index, order.index(other.grade_id)))
    return not any(i in anchors for i in order[first + 1 : last])


def defined_by(source: str) -> frozenset[str]:
    """The global names that a cell defines; none if it is no Python."""
    names = names_of(source)
    return frozenset() if names is None else names.stored
