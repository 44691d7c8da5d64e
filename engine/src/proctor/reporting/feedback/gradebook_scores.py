"""nbgrader's preprocessor that brings the gradebook's scores, and what it leaves out."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades


class Grades(GetGrades):
    """Says besides the score whether a human gave it, or has yet to."""

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._get_score(cell, resources)
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        about = cell.metadata.nbgrader
        about["by_hand"] = grade.manual_score is not None
        about["waiting"] = grade.auto_score is None and grade.manual_score is None
