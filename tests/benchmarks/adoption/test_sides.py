import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from benchmarks.adoption.sides import lacks


def failed(ename, evalue):
    return new_code_cell("x", outputs=[new_output("error", ename=ename, evalue=evalue)])


def test_modules_and_files_that_were_not_found_are_named_once(tmp_path):
    cells = [
        new_code_cell("x", outputs=[new_output("stream", text="No module named 'printed'")]),
        failed("ModuleNotFoundError", "No module named 'nltk'"),
        failed("ModuleNotFoundError", "No module named 'nltk'"),
        failed("FileNotFoundError", "[Errno 2] No such file or directory: 'a.csv'"),
        failed("FileNotFoundError", "of another form"),
        failed("AssertionError", "No module named 'other'"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    assert lacks(tmp_path) == ["a.csv", "nltk"]
    assert lacks(tmp_path / "nothing") == []
