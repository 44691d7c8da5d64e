"""Tell from a submitted notebook's cells which of the assignment's notebooks it is.

Its name says little: browsers, platforms and students rename files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nbformat import NotebookNode

from proctor.submission.reference_cells import ReferenceCell

Cells = Sequence[ReferenceCell]


def most_like(nb: NotebookNode, assignment: Mapping[str, Cells]) -> str | None:
    """The name of the notebook that a submitted one has been, if its cells leave no doubt.

    Args:
        nb: The submitted notebook, as it was read.
        assignment: Cells of the assignment's notebooks, by name.
    """
    ids, texts = set(_answers(nb)), {_words(cell.source) for cell in nb.cells}
    shares = {name: _shares(ids, texts, cells) for name, cells in assignment.items()}
    best = max(shares, key=lambda name: shares[name], default="")
    if not best or list(shares.values()).count(shares[best]) > 1:
        return None
    return best if shares[best][0] > 0.5 else None


def _shares(ids: Collection[str], texts: Collection[str], reference: Cells) -> tuple[float, float]:
    """Which part of the given cells a notebook has, by text, and of students' cells, by id.

    Ids alone say little, since assignments of one course often have the same; they count where
    nothing is given.
    """
    given = [_words(cell.released) in texts for cell in reference if cell.fixed]
    answers = [cell.grade_id in ids for cell in reference if not cell.fixed]
    share = sum(answers) / max(1, len(answers))
    return (sum(given) / len(given) if given else share), share


def is_untouched(nb: NotebookNode, reference: Cells) -> bool:
    """Whether a submitted notebook has no answer: students' cells are as they were released."""
    answers = _answers(nb)
    return all(
        cell.fixed or cell.is_released_as(answers.get(cell.grade_id, cell.released))
        for cell in reference
    )


def _answers(nb: NotebookNode) -> dict[str, str]:
    """Texts of the cells that nbgrader manages, by its id."""
    found = {}
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if isinstance(grade_id, str):
            found[grade_id] = cell.source
    return found


def _words(text: str) -> str:
    return " ".join(text.split())
