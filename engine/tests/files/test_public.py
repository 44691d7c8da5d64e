"""Which files of an assignment's source folder a student's notebook may read."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from engine.tests.coursework import cell, notebook
from proctor.files.public import is_public


def test_a_notebook_without_exercises_is_public(tmp_path):
    nbformat.write(new_notebook(cells=[new_code_cell("x = 1")]), tmp_path / "helper.ipynb")
    assert is_public(tmp_path / "helper.ipynb", [])
    assert not is_public(tmp_path / "helper.ipynb", ["helper*"])


@pytest.mark.parametrize("kind", ["solution", "test", "locked"])
def test_an_instructors_notebook_is_not(tmp_path, kind):
    nbformat.write(notebook([new_code_cell("x"), cell("a", kind, "y")]), tmp_path / "a.ipynb")
    assert not is_public(tmp_path / "a.ipynb", [])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": [1], "nbformat": 4}', '{"nbformat": 9}']
)
def test_what_can_not_be_read_is_not(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text)
    assert not is_public(tmp_path / "a.ipynb", [])


def test_other_files_and_folders_are(tmp_path):
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "data.csv").write_text("1")
    assert is_public(tmp_path / "folder.ipynb", [])
    assert is_public(tmp_path / "data.csv", ["*.txt"])
