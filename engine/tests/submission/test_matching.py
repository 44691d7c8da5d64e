"""Which cells of a submission are the instructor's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from engine.tests.coursework import reference_cell
from proctor.submission.matching import match
from proctor.submission.restore import restore


def reference(grade_id, source, kind="code", *, solution=True, grade=False):
    named = {"cell_type": kind, "cell_id": f"id-{grade_id}"}
    return reference_cell(grade_id, source, solution=solution, grade=grade, **named)


STUB = "def f(x):\n    raise NotImplementedError()"
OTHER = "def g(x):\n    raise NotImplementedError()"
REFERENCE = [
    reference("f", STUB),
    reference("f-test", "assert f(1) == 2", solution=False, grade=True),
    reference("g", OTHER),
    reference("why", "Your answer", "markdown", grade=True),
]
ANSWER = "def f(x):\n    return x + 1"


def submitted(grade_id, source=None, *, managed=True):
    cell = next(one for one in REFERENCE if one.grade_id == grade_id)
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    metadata = {"nbgrader": cell.metadata} if managed else {}
    return make(cell.released if source is None else source, metadata=metadata)


def whole(**changed):
    """The submission, with other cells in place of some."""
    cells = []
    for one in REFERENCE:
        cells += changed.get(one.grade_id.replace("-", "_"), [submitted(one.grade_id)])
    return cells


def sources(cells, reference=REFERENCE):
    """What stands in for each of the instructor's cells, and of which it is not certain."""
    found = match(cells, reference)
    return {i: cells[p].source for i, p in found.places.items()}, found.unsure


def test_an_untouched_notebook_is_matched_by_nbgraders_ids():
    found, unsure = sources(whole())
    assert found == {one.grade_id: one.released for one in REFERENCE}
    assert not unsure


@pytest.mark.parametrize("order", ["answer-last", "answer-first"])
def test_of_two_copies_the_one_that_was_changed_is_the_answer(order):
    copies = [submitted("f"), submitted("f", ANSWER)]
    found, unsure = sources(whole(f=copies if order == "answer-last" else copies[::-1]))
    assert found["f"] == ANSWER
    assert not unsure


def test_of_copies_that_differ_nobody_knows_which_is_meant():
    found, unsure = sources(whole(why=[submitted("why", "one"), submitted("why", "two")]))
    assert found["why"] == "one"
    assert unsure == {"why"}
    assert not sources(whole(why=[submitted("why", "one"), submitted("why", "one\n")]))[1]


def test_an_answer_without_metadata_is_the_one_in_its_place():
    cells = whole(f=[submitted("f", ANSWER, managed=False)])
    cells[3] = submitted("why", "Because.", managed=False)
    found, unsure = sources(cells)
    assert (found["f"], found["why"]) == (ANSWER, "Because.")
    assert not unsure


def test_jupyters_id_tells_a_cell_wherever_it_is():
    moved = submitted("why", "Because.", managed=False)
    moved["id"] = "id-why"
    notes = new_markdown_cell("# Notes")
    found, unsure = sources([moved, notes, *whole(why=[])])
    assert found["why"] == "Because."
    assert not unsure


def test_code_is_told_by_what_it_defines():
    own = [new_code_cell("import math"), new_code_cell(ANSWER), new_code_cell("f(1)")]
    found, unsure = sources(whole(f=own))
    assert found["f"] == ANSWER
    assert not unsure
    # Two that are missing side by side.
    several = [reference("f", STUB), reference("g", OTHER)]
    cells = [new_code_cell("def g(x): return 1"), new_code_cell(ANSWER)]
    assert sources(cells, several)[0] == {"f": ANSWER, "g": "def g(x): return 1"}


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [new_code_cell("x = 1")],
        [new_code_cell(ANSWER), new_code_cell("def f(x): return 3")],
        [new_code_cell("def f(x):"), new_code_cell("    return x + 1")],
    ],
)
def test_what_may_be_an_answer_or_not_waits_for_a_human(answers):
    found, unsure = sources(whole(f=answers))
    assert "f" not in found
    assert unsure == {"f"}


def test_two_texts_in_one_place_wait_for_a_human():
    texts = [new_markdown_cell("One."), new_markdown_cell("Two.")]
    assert sources(whole(why=texts))[1] == {"why"}
    several = [reference("a", "A?", "markdown"), reference("b", "B?", "markdown")]
    assert sources([new_markdown_cell("Something.")], several)[1] == {"a", "b"}


def test_a_cell_that_is_another_ones_is_nobodys_answer():
    # Students may write whatever they like into metadata.
    forged = submitted("g", ANSWER)
    forged.metadata["nbgrader"] = {**forged.metadata["nbgrader"], "grade_id": "f-test"}
    found, unsure = sources(whole(f=[forged]))
    assert "f" not in found
    assert unsure == {"f"}


@pytest.mark.parametrize("answers", [["x = 1", ANSWER, "def f(x): return x + 1"], [ANSWER, ANSWER]])
def test_the_student_version_never_takes_the_place_of_what_a_student_defines(answers):
    cells = whole(f=[new_code_cell(source) for source in answers])
    restored = restore(new_notebook(cells=cells), REFERENCE, where="a")
    order = [cell.source for cell in restored.nb.cells]
    assert order.index(STUB) < order.index(answers[0]) < order.index("assert f(1) == 2")
    assert restored.notes == ["cell f was missing"]
    assert restored.unsure == {"f"}


def test_a_cell_of_an_old_notebook_has_no_id_of_jupyters():
    old = [replace(one, cell_id="") for one in REFERENCE]
    cells = whole(why=[new_markdown_cell("a"), new_markdown_cell("b")])
    for cell in cells:
        cell.pop("id")
    assert match(cells, old).unsure == {"why"}


def test_cells_of_the_instructors_are_known_by_their_text():
    cells = [*whole(f=[new_code_cell(ANSWER)]), new_code_cell("f(1)")]
    for cell in cells:
        cell.metadata.pop("nbgrader", None)
    cells[1].source = "assert  f(1) == 2 \r\n"
    found = match(cells, REFERENCE)
    assert found.places == {"f": 0, "f-test": 1, "g": 2, "why": 3}
    assert set(found.bare) == {"f", "f-test", "g", "why"}
    # Who has answered elsewhere has left these as they were.
    assert found.unsure == {"g", "why"}
    notes = restore(new_notebook(cells=cells), REFERENCE, where="a").notes
    assert notes == ["nbgrader's metadata of 4 cells were missing"]


@pytest.mark.parametrize(
    "cells",
    [
        whole(f=[submitted("f", f"{ANSWER}\n\ndef g(x): return 1")], g=[]),
        [new_code_cell("def g(x): return 1"), *whole(g=[])],
        [*whole(g=[])[:1], new_code_cell("def g(x): return 1"), *whole(g=[])[1:]],
    ],
)
def test_an_answer_in_another_cell_is_not_undone(cells):
    restored = restore(new_notebook(cells=cells), REFERENCE, where="a")
    sources = [cell.source for cell in restored.nb.cells]
    last = [source for source in sources if "def g" in source][-1]
    assert last != OTHER


def test_of_copies_all_run_where_the_student_has_put_them():
    scratch = submitted("f", "del f")
    cells = [*whole(f=[submitted("f", ANSWER)]), scratch]
    restored = restore(new_notebook(cells=cells), REFERENCE, where="a")
    sources = [cell.source for cell in restored.nb.cells]
    assert sources.index(ANSWER) < sources.index("assert f(1) == 2") < sources.index("del f")
    assert restored.unsure == {"f"}
