from nbformat.v4 import new_code_cell, new_notebook

from engine.tests.coursework import reference_cell
from proctor.submission.likeness import is_untouched, most_like

CELLS = [
    reference_cell("answer", "x = 1", solution=True, handed_out="x = ..."),
    reference_cell("test", "assert x == 1\nassert y", grade=True),
]


def notebook(answer="x = 1", test="assert x == 1\nassert y", grade_id="answer"):
    made = []
    for own_id, source in ((grade_id, answer), ("test", test)):
        about = {"nbgrader": {"grade_id": own_id}}
        made.append(new_code_cell(source, metadata=about))
    return new_notebook(cells=made)


def test_given_cells_count_by_their_text_and_answers_by_their_id():
    assert most_like(notebook(), {"a": CELLS}) == "a"
    assert most_like(notebook(test="assert x == 1\r\n\tassert y"), {"a": CELLS}) == "a"
    assert most_like(notebook(grade_id="b"), {"a": CELLS}) == "a"
    assert most_like(notebook(test="assert x"), {"a": CELLS}) is None
    assert most_like(notebook(test="assert x"), {"a": CELLS[:1], "b": CELLS[1:]}) == "a"
    # One of two is not more than half.
    assert most_like(notebook(), {"a": [CELLS[1], reference_cell("more", "z")]}) is None


def test_a_tie_leaves_doubt():
    assert most_like(notebook(), {"a": CELLS, "b": CELLS}) is None
    assert most_like(notebook(), {"a": CELLS, "b": CELLS[1:]}) == "a"
    assert most_like(notebook(), {}) is None


def test_ids_may_be_anything():
    for odd in (7, None, ["x"], {"y": 1}, "x" * 1_000_000):
        assert most_like(notebook(test="pass", grade_id=odd), {"a": CELLS}) is None


def test_a_notebook_without_answers_is_untouched():
    assert is_untouched(notebook("x = ..."), CELLS)
    assert is_untouched(notebook("x =  ...\r\n", test="pass"), CELLS)
    assert is_untouched(new_notebook(), CELLS)
    assert not is_untouched(notebook("x = 2"), CELLS)
