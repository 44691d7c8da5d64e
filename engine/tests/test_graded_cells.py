from types import SimpleNamespace

from proctor.cell_labels import CellKey
from proctor.graded_cells import GradedCell, graded_cells


def cell(name, kind="code", points=1):
    return SimpleNamespace(name=name, cell_type=kind, max_score=points)


def test_cells_are_in_notebook_order_and_a_human_marks_answers_and_tasks():
    notebook = SimpleNamespace(
        name="n",
        source_cells=[cell(name) for name in ("task", "test", "code", "text", "given")],
        solution_cells=[cell("code")],
        grade_cells=[cell("text", "markdown", 3), cell("code", points=2), cell("test", points=0)],
        task_cells=[cell("task", "markdown", 4)],
    )
    assert graded_cells([notebook]) == [
        GradedCell(CellKey("n", "task"), 4.0, by_hand=True),
        GradedCell(CellKey("n", "test"), 0.0),
        GradedCell(CellKey("n", "code"), 2.0, by_hand=True),
        GradedCell(CellKey("n", "text"), 3.0, by_hand=True),
    ]
