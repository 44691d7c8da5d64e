from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from proctor.cells import read_check_cell


def cell(source, **data):
    data = {"grade": True, "solution": False, "points": 3, "grade_id": "t", **data}
    return new_code_cell(source, metadata=NotebookNode(nbgrader=NotebookNode(data)))


def test_a_check_cell_is_split_into_what_is_visible_and_what_it_names():
    source = "see()\n### BEGIN HIDDEN TESTS\nexamine('grad_cam', globals())\n### END HIDDEN TESTS"
    found = read_check_cell(4, cell(source))
    assert (found.index, found.points, found.check, found.visible) == (4, 3.0, "grad_cam", "see()")


def test_a_stock_cell_keeps_its_whole_text():
    source = "### BEGIN HIDDEN TESTS\nassert f(1) == 2\n### END HIDDEN TESTS"
    found = read_check_cell(0, cell(source))
    assert (found.check, found.visible) == (None, source)


def test_a_check_outside_the_hidden_part_names_nothing():
    assert read_check_cell(0, cell("check('grad_cam', globals())")).check is None


def test_other_cells_are_no_tests():
    assert read_check_cell(0, cell("x", grade=False)) is None
    assert read_check_cell(0, cell("x", solution=True)) is None
    assert read_check_cell(0, new_code_cell("x")) is None
