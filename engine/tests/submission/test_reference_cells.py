import pytest
from nbgrader.api import Gradebook

from proctor.submission.reference_cells import read_reference


@pytest.fixture
def reference(released):
    with Gradebook(f"sqlite:///{released / 'gradebook.db'}") as gradebook:
        return read_reference(
            gradebook,
            assignment="tiny",
            notebook="exercise",
            source=released / "source" / "tiny" / "exercise.ipynb",
        )


def test_cells_come_in_the_instructors_order_with_tags(reference):
    names = ["packages", "double", "double-test", "demo", "total", "total-test", "stock-test"]
    assert [cell.grade_id for cell in reference] == names
    assert {cell.grade_id: cell.tags for cell in reference if cell.tags} == {
        "demo": ("demonstration",)
    }


def test_tests_and_locked_cells_are_fixed_and_solutions_are_not(reference):
    assert [cell.grade_id for cell in reference if not cell.fixed] == ["double", "total"]
    assert {cell.grade_id: cell.points for cell in reference if cell.grade} == {
        "double-test": 4, "total-test": 4, "stock-test": 2,
    }  # fmt: skip


def test_hidden_tests_are_in_the_source_and_not_in_what_was_released(reference):
    test = next(cell for cell in reference if cell.grade_id == "double-test")
    assert "examine(" in test.source
    assert "examine(" not in test.released
    assert test.as_notebook_cell().metadata["editable"] is False


def test_without_the_instructors_file_there_are_no_tags(released):
    with Gradebook(f"sqlite:///{released / 'gradebook.db'}") as gradebook:
        cells = read_reference(
            gradebook, assignment="tiny", notebook="exercise", source=released / "absent.ipynb"
        )
    assert len(cells) == 7
    assert not any(cell.tags for cell in cells)
