"""What is submitted has the form of the schema, so that nobody explains at length why not."""

import json
import time

import nbformat
import pytest
from nbformat.v4.nbjson import to_notebook

from proctor.submission.schema_form import in_form


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
    assert in_form(content) == content


@pytest.mark.parametrize("minor", [None, "5", 5.5, -1, 10**9, [1], True])
def test_the_minor_version_is_one_that_is_known(minor):
    found = in_form(notebook(cell(), nbformat_minor=minor))["nbformat_minor"]
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
    found = in_form(json.loads(json.dumps(content)))
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
    found = in_form(content)["cells"]
    assert found[0]["metadata"] == {"nbgrader": about}
    assert found[1]["attachments"] == pictures


def test_what_is_no_cell_is_left_to_who_refuses_it():
    assert in_form(notebook(7, None, "x"))["cells"] == [7, None, "x"]
