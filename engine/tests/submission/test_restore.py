import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from engine.tests.coursework import reference_cell as reference
from proctor.errors import SubmissionError
from proctor.submission.restore import restore

HIDDEN = "visible()\n### BEGIN HIDDEN TESTS\ncheck('x')\n### END HIDDEN TESTS"
REFERENCE = [
    reference("given", "import this", tags=("demonstration",)),
    reference("solution", "# UNQ_C1 (ID)\nx = None", solution=True),
    reference("test", HIDDEN, grade=True),
]


def submitted(grade_id, source, **more):
    cell = REFERENCE[[c.grade_id for c in REFERENCE].index(grade_id)]
    return new_code_cell(source, metadata={"nbgrader": {**cell.metadata, **more}})


def whole():
    return [
        submitted("given", "import this"),
        submitted("solution", "# UNQ_C1 (ID)\nx = 5"),
        submitted("test", "visible()"),
    ]


def put_right(cells):
    restored = restore(new_notebook(cells=cells), REFERENCE, where="a.ipynb")
    return [cell.source for cell in restored.nb.cells], restored.notes, restored.nb


RIGHT = ["import this", "# UNQ_C1 (ID)\nx = 5", HIDDEN]


def test_an_honest_notebook_gets_its_hidden_tests_back_and_no_note():
    assert put_right(whole())[:2] == (RIGHT, [])


def test_own_cells_stay_where_they_were():
    given, solution, test = whole()
    own = [new_code_cell(f"own{n}") for n in range(4)]
    sources, notes, _ = put_right([own[0], given, own[1], solution, own[2], test, own[3]])
    assert sources == ["own0", RIGHT[0], "own1", RIGHT[1], "own2", RIGHT[2], "own3"]
    assert notes == []


def test_reordered_cells_return_to_their_order():
    sources, notes, _ = put_right(whole()[::-1])
    assert sources == RIGHT
    assert notes == ["cells were in another order"]


def test_cells_of_another_release_are_nobodys_edit():
    _, solution, test = whole()
    test.source = "another()"
    # The first cell is missing, the last one was edited, and is before the other.
    for other, wanted in ((None, 3), (frozenset(), 2), (frozenset(("test", "given")), 0)):
        nb = new_notebook(cells=copy.deepcopy([test, solution]))
        restored = restore(nb, REFERENCE, where="n", other=other)
        assert len(restored.notes) == wanted, restored.notes
        assert [cell.source for cell in restored.nb.cells] == RIGHT


def test_a_deleted_cell_comes_back_as_it_was_released():
    given, _, test = whole()
    sources, notes, _ = put_right([given, test])
    assert sources == [RIGHT[0], "# UNQ_C1 (ID)\nx = None", RIGHT[2]]
    assert notes == ["cell solution was missing"]


def test_a_copy_keeps_its_text_and_loses_its_marks():
    copy = submitted("test", "visible()")
    sources, notes, nb = put_right([*whole(), copy])
    assert sources == [*RIGHT, "visible()"]
    assert "nbgrader" not in nb.cells[-1].metadata
    assert notes == ["cell test was there more than once"]


@pytest.mark.parametrize(
    "change",
    [{"points": 500}, {"grade": False}, {"locked": False}, {"solution": True}],
)
def test_edited_metadata_are_the_instructors_again(change):
    cells = whole()
    cells[2].metadata["nbgrader"].update(change)
    _, notes, nb = put_right(cells)
    assert nb.cells[2].metadata["nbgrader"] == REFERENCE[2].metadata
    assert notes == [f"the metadata of cell test was edited ({next(iter(change))})"]


def test_an_edited_locked_cell_is_the_instructors_again():
    cells = whole()
    cells[0].source = "import os"
    sources, notes, _ = put_right(cells)
    assert sources == RIGHT
    assert notes == ["the locked cell given was edited"]


def test_a_cell_whose_metadata_an_editor_dropped_is_known_by_its_marker():
    given, _, test = whole()
    sources, _, _ = put_right([given, new_code_cell("# UNQ_C1 (ID)\nx = 5"), test])
    assert sources == RIGHT


def test_tags_and_grades_on_own_cells_have_no_power():
    extra = new_code_cell("own", metadata={"tags": ["demonstration"]})
    forged = submitted("test", "x = 1")
    forged.metadata["nbgrader"].update(grade_id="mine", points=100)
    _, _, nb = put_right([*whole(), extra, forged])
    assert [cell.metadata for cell in nb.cells[-2:]] == [{}, {}]
    assert nb.cells[0].metadata["tags"] == ["demonstration"]


def test_a_cell_that_nbgrader_does_not_run_is_not_run():
    extra = new_code_cell("own", metadata={"tags": ["mine", "skip-execution"]})
    _, _, nb = put_right([*whole(), extra])
    assert nb.cells[-1].metadata["tags"] == ["skip-execution"]
    cells = whole()
    for cell in cells:
        cell.metadata["tags"] = ["skip-execution"]
    _, _, nb = put_right(cells)
    assert not any("skip-execution" in cell.metadata.get("tags", ()) for cell in nb.cells)


def test_a_code_cell_turned_to_text_is_code_again():
    cells = whole()
    cells[1] = new_markdown_cell(cells[1].source, metadata=cells[1].metadata)
    _, notes, nb = put_right(cells)
    assert nb.cells[1].cell_type == "code"
    assert notes == ["the metadata of cell solution was edited (cell_type)"]


def test_ids_are_unique_afterwards():
    cells = whole()
    for cell in cells:
        cell["id"] = "same"
    _, _, nb = put_right(cells)
    assert len({cell["id"] for cell in nb.cells}) == 3


@pytest.mark.parametrize("version", [4, -1, "3", None, 3.5])
def test_an_unknown_schema_is_an_error_with_its_cell(version):
    cells = whole()
    cells[1].metadata["nbgrader"]["schema_version"] = version
    with pytest.raises(SubmissionError, match="schema version") as caught:
        put_right(cells)
    assert caught.value.where == "a.ipynb, cell 2"


def test_another_assignments_notebook_is_an_error():
    with pytest.raises(SubmissionError, match="none of the assignment's cells"):
        put_right([new_code_cell("x"), new_markdown_cell("y")])


@pytest.mark.parametrize(
    "cells", [[3], [{"cell_type": "code"}], [{"cell_type": "x", "source": "", "metadata": {}}]]
)
def test_json_that_only_looks_like_a_notebook_is_an_error(cells):
    nb = new_notebook()
    nb["cells"] = cells
    with pytest.raises(SubmissionError, match="format 4"):
        restore(nb, REFERENCE, where="a")
