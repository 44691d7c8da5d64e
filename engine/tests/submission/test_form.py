import json
import time

import nbformat
import pytest
from nbformat.v4.nbjson import to_notebook

from proctor.submission.bulk import MAX_CELLS
from proctor.submission.form import FormError, normalized


def cell(kind="code", **more):
    own = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": "1", "id": "a", **own, **more}


def notebook(*cells, **more):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}


def test_what_is_valid_stays_as_it_is():
    content = notebook(
        cell(metadata={"nbgrader": {"grade_id": "x"}, "tags": ["a"], "collapsed": True}),
        cell("markdown", id="b", attachments={"p.png": {"image/png": "AAAA"}}),
        cell("raw", id="c", metadata={"format": "text/html"}),
        metadata={"widgets": {"state": {}}, "kernelspec": {"name": "n", "display_name": "d"}},
    )
    assert normalized(content) == content


@pytest.mark.parametrize("minor", [None, "5", 5.5, -1, 10**9, [1], True])
def test_the_minor_version_is_one_that_is_known(minor):
    found = normalized(notebook(cell(), nbformat_minor=minor))["nbformat_minor"]
    assert (type(found), 0 <= found <= 5) == (int, True)


MANY = 60_000


@pytest.mark.parametrize(
    "content",
    [
        notebook(*[cell(id=f"c{n}") for n in range(4000)], cell(more=1)),
        notebook(cell(metadata={"tags": [{} for _ in range(MANY)]})),
        notebook(cell(metadata={"collapsed": "x"}), cell(metadata=[1])),
        notebook(cell(id="x" * 200)),
        notebook(cell("markdown", attachments={str(n): {"image/png": 3} for n in range(MANY)})),
        notebook(cell("markdown", attachments=[1])),
        notebook(cell("code", attachments={"a": {"image/png": "x"}})),
        notebook(cell(outputs=[{"output_type": "x"}])),
        notebook(cell(), metadata={"kernelspec": 3, "authors": [[n] for n in range(MANY)]}),
        notebook(cell(), metadata=[1]),
        notebook(cell(), **{f"k{n}": n for n in range(MANY)}),
    ],
    ids=range(11),
)
def test_what_is_not_valid_becomes_so_without_long_words(content):
    started = time.process_time()
    found = normalized(json.loads(json.dumps(content)))
    nbformat.validate(to_notebook(found))
    nbformat.writes(nbformat.from_dict(found))
    assert time.process_time() - started < 5
    for before, after in zip(content["cells"], found["cells"], strict=True):
        assert (after["source"], after["cell_type"]) == (before["source"], before["cell_type"])


def test_the_exercise_and_its_pictures_stay():
    about, pictures = {"grade_id": "x"}, {"p.png": {"image/png": "AAAA"}}
    content = notebook(
        cell(metadata={"nbgrader": about, "collapsed": 7}),
        cell("markdown", attachments=pictures),
    )
    found = normalized(content)["cells"]
    assert found[0]["metadata"] == {"nbgrader": about}
    assert found[1]["attachments"] == pictures


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ([1, 2], "not a notebook"),
        ({"worksheets": []}, "not a notebook"),
        (notebook(7), "cell 1 is not"),
        (notebook(cell(), None), "cell 2 is not"),
        (notebook(cell(), cell(source=7)), "the text of cell 2"),
        (notebook(cell(source=["a", None])), "the text of cell 1"),
        (notebook(nbformat=5), "format 5, not 4"),
        (notebook(nbformat=[4]), "format .*, not 4"),
        (notebook(nbformat=True), "format True, not 4"),
        (notebook(*[{}] * (MAX_CELLS + 1)), "more than 5,000 cells"),
    ],
)
def test_what_is_no_notebook_says_why(content, word):
    with pytest.raises(FormError, match=word):
        normalized(content)


@pytest.mark.parametrize("version", [4, 4.0, 4.5, "4", "4.5", None])
def test_the_version_may_be_written_in_several_ways(version):
    content = notebook(cell(), nbformat=version)
    if version is None:
        del content["nbformat"]
    assert normalized(content)["nbformat"] == 4


@pytest.mark.parametrize("minor", range(7))
def test_every_minor_version_becomes_the_latest(minor):
    cells = [cell(metadata={"nbgrader": {"grade_id": "x"}, "tags": ["a"]}), cell("markdown")]
    for one in cells:
        del one["id"]
    found = normalized(notebook(*cells, nbformat_minor=minor))
    nbformat.validate(to_notebook(found))
    assert found["nbformat_minor"] == 5
    assert found["cells"][0]["metadata"] == cells[0]["metadata"]


def test_ids_are_kept_where_they_are_valid_and_no_other_cells():
    given = ["good", "#VSC-1a", "good", "", "a b", 7, None, ["x"], "x" * 65, "no-id-1", "ü"]
    found = normalized(notebook(*[cell(id=one) for one in given]))["cells"]
    ids = [one["id"] for one in found]
    assert (ids[0], ids[9]) == ("good", "no-id-1")
    assert len(set(ids)) == len(given)
    nbformat.validate(to_notebook(notebook(*found)))


def test_cells_may_lack_everything_but_their_text():
    cells = normalized(notebook({"source": "1", "outputs": None}, {"source": "a"}, {}))["cells"]
    assert [(one["cell_type"], one["source"]) for one in cells] == [
        ("code", "1"), ("markdown", "a"), ("markdown", ""),
    ]  # fmt: skip
    nbformat.validate(to_notebook(notebook(*cells)))


@pytest.mark.parametrize("about", [None, [], "x", 7])
def test_metadata_of_nbgrader_that_are_none_go(about):
    assert normalized(notebook(cell(metadata={"nbgrader": about})))["cells"][0]["metadata"] == {}


def test_cells_of_other_kinds_are_text():
    kinds = ["heading", "sql", "html", 7]
    found = normalized(notebook(*[cell("raw", cell_type=one, id=f"{one}") for one in kinds]))
    assert {one["cell_type"] for one in found["cells"]} == {"markdown"}


@pytest.mark.parametrize("version", [2, 3])
def test_notebooks_of_older_formats_are_read_as_nbformat_reads_them(version):
    about = {"nbgrader": {"grade_id": "x"}}
    outputs = [{"output_type": "pyout", "text": ["1"], "prompt_number": 1}]
    code = {"cell_type": "code", "input": ["a = 1", "b"], "outputs": outputs, "metadata": about}
    cells = [
        {**code, "language": "python", "collapsed": False, "prompt_number": 3},
        {"cell_type": "markdown", "source": ["first", "second"], "metadata": about},
        {"cell_type": "heading", "level": 2, "source": "A\nB"},
        {"cell_type": "html", "source": "<b>"},
    ]
    sheets = [{"cells": cells[:2]}, {"cells": cells[2:]}]
    content = {"nbformat": version, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
    found = normalized(json.loads(json.dumps(content)))
    wanted = nbformat.reads(json.dumps(content), as_version=4)
    assert [one["source"] for one in found["cells"]] == [one.source for one in wanted.cells]
    assert [one["cell_type"] for one in found["cells"]] == [one.cell_type for one in wanted.cells]
    assert [one["metadata"].get("nbgrader") for one in found["cells"]] == [
        one.metadata.get("nbgrader") for one in wanted.cells
    ]
    nbformat.validate(to_notebook(found))
