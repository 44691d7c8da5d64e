"""What nbgrader's autograde reads of a submission."""

import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from proctor.errors import SubmissionError
from proctor.nbgrader.stages import SubmissionExporter

EXPORTER = SubmissionExporter()


def test_a_notebook_is_read_without_its_outputs(tmp_path):
    shown = [new_output("stream", name="stdout", text="1\n")]
    nb = new_notebook(cells=[new_code_cell("print(1)", execution_count=3, outputs=shown)])
    nbformat.write(nb, tmp_path / "n.ipynb")
    text, resources = EXPORTER.from_filename(str(tmp_path / "n.ipynb"))
    nb.cells[0].outputs = []
    assert nbformat.reads(text, as_version=4) == nb
    assert resources["metadata"]["name"] == "n"


def test_what_is_no_notebook_is_refused_before_it_is_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to("/dev/zero")
    (tmp_path / "bomb.ipynb").write_bytes(b'{"cells": [' + b"[]," * 1_000_000 + b"[]]}")
    with (tmp_path / "large.ipynb").open("wb") as file:
        file.truncate(2**40)
    for name, found in (
        ("pipe", "special file"),
        ("link", "symbolic link"),
        ("bomb", "500,000 values"),
        ("large", "bytes"),
        ("absent", "No such file"),
    ):
        with pytest.raises(SubmissionError, match=found):
            EXPORTER.from_filename(str(tmp_path / f"{name}.ipynb"))
