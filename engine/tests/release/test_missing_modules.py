"""Modules that old courses import, and that are not there any more."""

from __future__ import annotations

import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from engine.tests.coursework import cell
from proctor.release import missing_modules as module
from proctor.release.missing_modules import missing_modules


@pytest.fixture
def found(tmp_path):
    """What is said of a notebook with these cells."""
    folder = tmp_path / "source" / "ps1"
    folder.mkdir(parents=True)
    (folder / "helper.py").touch()
    (folder / "package").mkdir()
    (tmp_path / "course_tools.py").touch()

    def said(*cells, language="python"):
        spec = {"name": "x", "display_name": "X", "language": language}
        nb = new_notebook(cells=list(cells), metadata={"kernelspec": spec})
        nbformat.write(nb, folder / "a.ipynb")
        return missing_modules(folder, tmp_path)

    return said


def test_nose_is_named_with_its_cells_and_what_to_do(found, monkeypatch):
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    (said,) = found(
        new_markdown_cell("from nose.tools import eq_"),
        cell("t1", "test", "%matplotlib inline\nfrom nose.tools import assert_equal"),
        new_code_cell("import nose.tools as nt, json\n!ls"),
    )
    assert "the module nose is not installed here" in said
    assert "a.ipynb, cell 2 (t1); a.ipynb, cell 3. " in said
    assert "pip install pynose" in said


def test_nose_that_is_there_is_tried(found, tmp_path, monkeypatch):
    place = tmp_path / "site" / "nose"
    place.mkdir(parents=True)
    (place / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(place.parent))
    monkeypatch.setenv("PYTHONPATH", str(place.parent))
    imports = new_code_cell("from nose.tools import eq_")
    (place / "tools.py").write_text("from imp_of_old import acquire_lock")
    (said,) = found(imports)
    assert f"can't be imported with Python 3.{sys.version_info.minor}" in said
    (place / "tools.py").write_text("eq_ = None")
    assert found(imports) == []


@pytest.mark.parametrize(
    "source",
    [
        "import json, sys, numpy.linalg",
        "import helper\nimport package.deep\nfrom course_tools import x",
        "from . import absent_module\nfrom .absent_module import x",
        "try:\n    import absent_module\nexcept ImportError:\n    pass",
        "if False:\n    import absent_module",
        "import absent_module as = 3",
        "x = 1\0",
    ],
)
def test_nothing_is_said_of_what_is_there_or_may_be_missing(found, source):
    assert found(new_code_cell(source)) == []


def test_other_modules_are_named_and_other_languages_are_not_read(found):
    cells = [new_code_cell(f"def f():\n    import absent_module\nx = {i}") for i in range(7)]
    (said,) = found(*cells)
    assert "the module absent_module is not installed here" in said
    assert "cell 5 and 2 more" in said
    assert found(*cells, language="R") == []
