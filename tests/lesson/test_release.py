import ast

import nbformat
import pytest

EXERCISES = ["UNQ_C1", "UNQ_C2", "UNQ_C3", "UNQ_C4"]


def exercise(nb, marker):
    return next(c.source for c in nb.cells if c.source.startswith(f"# {marker} "))


def region(source):
    lines = source.splitlines()
    start = next(i for i, line in enumerate(lines) if "START CODE HERE" in line)
    end = next(i for i, line in enumerate(lines) if "END CODE HERE" in line)
    return [line.strip() for line in lines[start + 1 : end]]


def solution_lines(instructor, student):
    """Lines of code in the solutions that students must not see."""
    lines = set()
    for marker in EXERCISES:
        given = {line.strip() for line in exercise(student, marker).splitlines()}
        for line in region(exercise(instructor, marker)):
            if line and not line.startswith("#") and line not in given:
                lines.add(line)
    # The sections before the exercises show some of the same steps on purpose.
    for cell in instructor.cells:
        if not cell.source.startswith("# UNQ_"):
            lines -= {line.strip() for line in cell.source.splitlines()}
    return lines


@pytest.mark.parametrize("marker", EXERCISES)
def test_students_get_a_scaffold_with_comments_and_nones(instructor, student, marker):
    given, solved = exercise(student, marker), exercise(instructor, marker)
    ast.parse(given)
    assert "### START CODE HERE (REPLACE INSTANCES OF 'None' with your code) ###" in given
    comments = [line for line in region(solved) if line.startswith("#")]
    assert comments
    assert [line for line in region(given) if line.startswith("#")] == comments
    code = [line for line in region(given) if line and not line.startswith("#")]
    assert code
    assert all("None" in line for line in code)


def test_no_line_of_a_solution_and_no_hidden_test_is_released(instructor, student):
    text = nbformat.writes(student)
    lines = solution_lines(instructor, student)
    assert len(lines) >= 12
    cells = {line.strip() for cell in student.cells for line in cell.source.splitlines()}
    assert not lines & cells
    for word in ("HIDDEN", "examine(", "@keep", "@drop"):
        assert word not in text


def test_given_cells_are_locked_and_outputs_are_gone(student):
    for cell in student.cells:
        data = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert data["solution"] or cell.metadata["editable"] is False
            assert cell.metadata["deletable"] is False
