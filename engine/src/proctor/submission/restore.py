"""Restore the instructor's structure of a submitted notebook.

Students delete, copy, move and edit cells, on purpose and by accident. Rather than detect each kind
of change, the notebook is rebuilt on the instructor's cells: these in their original order, the
student's own cells after the cell they followed, and in solution cells the student's text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from proctor.errors import SubmissionError
from proctor.submission.matching import Matching, defined_by, match
from proctor.submission.reference_cells import COMPARED, SCHEMA_VERSION, ReferenceCell
from proctor.text import one_line

SKIPPED = "skip-execution"
"""Tag of cells that nbgrader does not run; on cells of a student's own, too."""


@dataclass(frozen=True)
class Restored:
    """A submitted notebook on the instructor's cells.

    Attributes:
        nb: The notebook.
        notes: One for each thing that was restored.
        unsure: Ids of cells of which it is not certain what the student has answered.
    """

    nb: NotebookNode
    notes: list[str]
    unsure: frozenset[str] = frozenset()


def restore(
    nb: NotebookNode,
    reference: Sequence[ReferenceCell],
    *,
    where: str,
    other: Collection[str] | None = None,
) -> Restored:
    """Rebuild a submitted notebook on the instructor's cells.

    Args:
        nb: The submission; changed in place.
        reference: The instructor's cells in order.
        where: Location of the submission, for errors.
        other: If it comes from another release, the ids of cells that were other ones there; what
            is restored in these is nobody's edit.

    Raises:
        SubmissionError: The file is not a notebook of this assignment, or its metadata has an
            unknown schema version.
    """
    _check_form(nb, where)
    matching = match(nb.cells, reference)
    matches = matching.places
    if reference and not matches:
        raise SubmissionError(
            "the notebook has none of the assignment's cells",
            why="a submission must be the notebook that was released",
            where=where,
            remedy="ask the student for the notebook of this assignment",
        )
    notes = _notes(nb.cells, reference, matching, other)
    head, following = _own_cells(nb.cells, matches)
    cells = list(head)
    for cell in reference:
        index = matches.get(cell.grade_id)
        rebuilt = _rebuilt(cell, None if index is None else nb.cells[index])
        if index is None and not cell.fixed and _is_elsewhere(cell, nb.cells):
            # Its answer is in another cell, and must not be undone.
            cells.insert(0, rebuilt)
            continue
        cells.append(rebuilt)
        cells.extend(following.get(cell.grade_id, ()))
    nb.cells = _with_unique_ids(cells)
    return Restored(nb, notes, frozenset(matching.unsure))


def _is_elsewhere(missing: ReferenceCell, cells: Sequence[NotebookNode]) -> bool:
    """Whether a submission has what a missing cell should define in another one."""
    wanted = defined_by(missing.released)
    code = (cell.source for cell in cells if cell.cell_type == "code")
    return bool(wanted) and any(not wanted.isdisjoint(defined_by(source)) for source in code)


def _check_form(nb: NotebookNode, where: str) -> None:
    cells = nb.get("cells")
    sound = isinstance(cells, list) and all(
        isinstance(cell, dict)
        and cell.get("cell_type") in ("code", "markdown", "raw")
        and isinstance(cell.get("source"), str)
        and isinstance(cell.get("metadata"), dict)
        and isinstance(cell["metadata"].get("nbgrader", {}), dict)
        for cell in cells
    )
    if not sound:
        raise SubmissionError(
            "the file is JSON, but not a Jupyter notebook of format 4",
            why="nothing in it can be graded",
            where=where,
            remedy="ask the student to download the notebook again from JupyterLab",
        )
    for number, cell in enumerate(cells, start=1):
        version = cell["metadata"].get("nbgrader", {}).get("schema_version", SCHEMA_VERSION)
        if not isinstance(version, int) or not 0 <= version <= SCHEMA_VERSION:
            raise SubmissionError(
                f"nbgrader's cell metadata has schema version {one_line(repr(version), 80)}",
                why=f"versions 0 to {SCHEMA_VERSION} can be read",
                where=f"{where}, cell {number}",
                remedy="upgrade nbgrader if a newer one wrote it; otherwise ask the student for "
                "an unchanged copy of the notebook",
            )


def _own_cells(
    cells: Sequence[NotebookNode], matches: dict[str, int]
) -> tuple[list[NotebookNode], dict[str, list[NotebookNode]]]:
    """The student's own cells: those before any of ours, and those after each of ours."""
    owner = {index: grade_id for grade_id, index in matches.items()}
    head: list[NotebookNode] = []
    following: dict[str, list[NotebookNode]] = {}
    current = head
    for index, cell in enumerate(cells):
        if index in owner:
            current = following.setdefault(owner[index], [])
        else:
            current.append(_without_privileges(cell))
    return head, following


def _without_privileges(cell: NotebookNode) -> NotebookNode:
    # nbgrader metadata or tags on a student's own cell would change how it is run or graded.
    cell.metadata.pop("nbgrader", None)
    tags = cell.metadata.pop("tags", None)
    if isinstance(tags, list) and SKIPPED in tags:
        cell.metadata["tags"] = [SKIPPED]
    return cell


def _rebuilt(reference: ReferenceCell, submitted: NotebookNode | None) -> NotebookNode:
    cell = reference.as_notebook_cell()
    if submitted is None:
        return cell
    if not reference.fixed:
        cell.source = submitted.source
    if "attachments" in submitted and reference.cell_type != "code":
        cell["attachments"] = submitted["attachments"]
    if isinstance(submitted.get("id"), str):
        cell["id"] = submitted["id"]
    return cell


def _notes(
    cells: Sequence[NotebookNode],
    reference: Sequence[ReferenceCell],
    matching: Matching,
    other: Collection[str] | None,
) -> list[str]:
    matches = matching.places
    reference = [cell for cell in reference if cell.grade_id not in (other or ())]
    notes = [f"cell {c.grade_id} was missing" for c in reference if c.grade_id not in matches]
    notes += [f"cell {grade_id} was there more than once" for grade_id in matching.copied]
    if matching.bare:
        notes.append(f"nbgrader's metadata of {len(matching.bare)} cells were missing")
    positions = [matches[cell.grade_id] for cell in reference if cell.grade_id in matches]
    if other is None and positions != sorted(positions):
        notes.append("cells were in another order")
    for cell in reference:
        if cell.grade_id not in matches:
            continue
        submitted = cells[matches[cell.grade_id]]
        whole = submitted.source.split() == cell.source.split()
        if cell.fixed and not whole and not cell.is_released_as(submitted.source):
            notes.append(f"the locked cell {cell.grade_id} was edited")
        if cell.grade_id in matching.bare:
            continue
        data = submitted.metadata.get("nbgrader", {})
        expected = {**cell.metadata, **cell.about}
        changed = [key for key in COMPARED if data.get(key) != expected.get(key)]
        if changed or submitted.cell_type != cell.cell_type:
            what = ", ".join(changed) or "cell_type"
            notes.append(f"the metadata of cell {cell.grade_id} was edited ({what})")
    return notes


def _with_unique_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    seen: set[str] = set()
    for cell in cells:
        if not isinstance(cell.get("id"), str) or cell["id"] in seen:
            cell["id"] = new_code_cell()["id"]
        seen.add(cell["id"])
    return cells
