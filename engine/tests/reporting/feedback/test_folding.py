from proctor.reporting.feedback.cell_views import View
from proctor.reporting.feedback.folding import grouped


def view(number, **about):
    return View(f"cell-{number}", "text", "", f"<p>{number}</p>", **about)


def test_a_short_notebook_is_shown_whole():
    views = [view(n, given=True) for n in range(9)]
    assert [(list(group.views), group.folded) for group in grouped(views)] == [(views, "")]


def test_in_a_long_one_given_cells_are_folded():
    views = [
        *(view(n, given=True, title=f"Part {n}") for n in range(10)),
        view(10),
        view(11, given=True),
        *(view(n) for n in range(12, 30)),
    ]
    groups = grouped(views)
    assert [group.folded for group in groups] == ["10 given cells: Part 0", "", "A given cell", ""]
    assert [one for group in groups for one in group.views] == views


def test_long_cells_make_a_notebook_long():
    text = View("cell-1", "code", "", "x\n" * 400, given=True)
    assert [group.folded for group in grouped([text])] == ["A given cell"]
