"""What nbgrader leaves to a human in a notebook, by nbgrader's own rules."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader import utils

from proctor.results import HumanPart

NO_RESPONSE = "No response."
"""nbgrader's comment on a solution that is as it was released."""


def manual_grading(nb: NotebookNode) -> HumanPart:
    """Scores of cells that a human grades, and comments on empty answers.

    Args:
        nb: A restored submission; its metadata are the instructor's.
    """
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        by_hand = utils.is_solution(cell) or cell.cell_type != "code"
        if utils.is_grade(cell) and by_hand:
            score, _ = utils.determine_grade(cell)
            scores[grade_id] = None if score is None else float(score)
        if utils.is_task(cell):
            scores[grade_id] = comments[grade_id] = None
        elif utils.is_solution(cell):
            unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
            comments[grade_id] = NO_RESPONSE if unchanged else None
    return HumanPart(scores, comments)
