from proctor.cell_labels import CellKey
from proctor.exports.grades import Grade, Person
from proctor.graded_cells import GradedCell
from proctor.reporting.class_report.inputs import Work
from proctor.reporting.class_report.marks import mark_figures

WHY = GradedCell(CellKey("n", "why"), 3.0, by_hand=True)
TASK = GradedCell(CellKey("n", "task"), 4.0, by_hand=True)
CELLS = [GradedCell(CellKey("n", "t"), 4.0), WHY, TASK]


def work(student, *marks):
    return Work(Grade(Person(student), dict(marks), total=0.0))


def test_a_mark_that_is_missing_is_no_zero():
    why, task = mark_figures(
        CELLS, [work("ann", (WHY.key, 3.0)), work("bob", (WHY.key, 0.0)), work("cy")]
    )
    assert (why.title, why.mean, why.median, why.max_points) == ("why", 1.5, 1.5, 3.0)
    assert (why.marked, why.outstanding) == (2, 1)
    assert (task.mean, task.median, task.marked, task.outstanding) == (None, None, 0, 3)


def test_cells_of_two_notebooks_are_told_apart():
    other = GradedCell(CellKey("m", "why"), 3.0, by_hand=True)
    assert [one.title for one in mark_figures([WHY, other], [])] == ["n/why", "m/why"]


def test_without_such_cells_there_is_nothing_to_tell(work):
    assert mark_figures(CELLS[:1], [work("ann")]) == []
