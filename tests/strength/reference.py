"""The lesson's own solutions, from the instructor's notebook."""

from __future__ import annotations

from pathlib import Path

import nbformat

import util.hidden_tests
from proctor.cells import exercise_marker
from proctor.checks.load import checks_in

NOTEBOOK = (
    Path(__file__).resolve().parent.parent.parent / "source" / "C3M3" / "C3_W3_Assignment.ipynb"
)


def reference_solutions() -> dict[str, str]:
    """The solution cells by exercise."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    by_marker = {exercise_marker(c.source): c.source for c in cells if c.cell_type == "code"}
    return {
        exercise: by_marker[check.cell] for exercise, check in checks_in(util.hidden_tests).items()
    }
