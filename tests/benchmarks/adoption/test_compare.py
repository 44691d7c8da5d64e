import copy

import nbformat
import pytest

from benchmarks.adoption.compare import (
    Difference,
    Score,
    release_differences,
    released_cells,
    score_differences,
)
from engine.tests.coursework import cell, notebook
from proctor.submission.releases import put_stamp


@pytest.fixture
def released(tmp_path):
    """Two releases, of the same notebook and file."""
    nb = notebook([cell("a", "solution", "x = 1"), cell("b", "test", "assert x", points=2)])
    nb.nbformat_minor = 4
    for one in nb.cells:
        del one["id"]
    for side in ("stock", "engine"):
        (tmp_path / side).mkdir()
        nbformat.write(nb, tmp_path / side / "a.ipynb")
        (tmp_path / side / "data.txt").write_text("1")
    return tmp_path / "stock", tmp_path / "engine"


def changed(path, change):
    nb = nbformat.read(path, as_version=4)
    change(nb)
    nbformat.write(nb, path)


def test_equal_releases_have_no_difference_but_the_stamp(released):
    changed(released[1] / "a.ipynb", put_stamp)
    assert list(release_differences(*released)) == []
    assert released_cells(released[0]) == 2


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda nb: nb.cells[0].update(source="x = 2"), "cell 1 / source"),
        (lambda nb: nb.cells[1].metadata.nbgrader.update(points=5), "cell 2 / nbgrader.points"),
        (lambda nb: nb.cells[1].metadata.update(tags=["a"]), "cell 2 / metadata.tags"),
        (lambda nb: nb.cells[1].update(execution_count=4), "cell 2 / execution_count"),
        (lambda nb: nb.metadata.update(kernelspec={"name": "other"}), "metadata / kernelspec"),
    ],
)
def test_what_is_another_thing_in_a_notebook_is_named(released, change, place):
    changed(released[1] / "a.ipynb", change)
    (found,) = release_differences(*released)
    assert found.place == f"a.ipynb / {place}"
    assert found.stock != found.engine


def test_cells_in_another_order_and_missing_cells_are_seen(released):
    changed(released[1] / "a.ipynb", lambda nb: nb.cells.reverse())
    assert {one.place.rpartition(" / ")[2] for one in release_differences(*released)} >= {
        "source",
        "nbgrader.grade_id",
    }
    changed(released[1] / "a.ipynb", lambda nb: nb.cells.pop())
    assert list(release_differences(*released)) == [Difference("a.ipynb", "2 cells", "1 cells")]


def test_ids_of_cells_are_compared_where_the_format_has_them(released):
    nb = nbformat.read(released[0] / "a.ipynb", as_version=4)
    nb = nbformat.v4.upgrade(copy.deepcopy(nb), from_minor=4)
    for side in released:
        nbformat.write(nb, side / "a.ipynb")
    assert list(release_differences(*released)) == []
    changed(released[1] / "a.ipynb", lambda nb: nb.cells[0].update(id="another"))
    (found,) = release_differences(*released)
    assert found.place == "a.ipynb / cell 1 / id"


def test_files_that_are_missing_or_have_another_content_are_named(released):
    (released[1] / "data.txt").write_text("2")
    (released[1] / "new.txt").write_text("2")
    assert [one.place for one in release_differences(*released)] == ["data.txt", "new.txt"]


def test_scores_are_compared_by_student_notebook_and_cell():
    right, waits = Score(1.0, 1.0, by_hand=False), Score(None, 2.0, by_hand=True)
    stock = {("ann", "a", "x"): right, ("ann", "a", "y"): waits}
    assert list(score_differences(stock, dict(stock))) == []
    engine = {("ann", "a", "x"): right, ("ann", "a", "z"): waits}
    assert list(score_differences(stock, engine)) == [
        Difference("ann / a / y", "nothing of 2, by hand", "no result"),
        Difference("ann / a / z", "no result", "nothing of 2, by hand"),
    ]
    zero = {**stock, ("ann", "a", "y"): Score(0.0, 2.0, by_hand=False)}
    assert list(score_differences(stock, zero)) == [
        Difference("ann / a / y", "nothing of 2, by hand", "0 of 2")
    ]
