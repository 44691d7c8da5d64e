"""Sample students: their files are read, and the released notebook is filled as they say."""

import ast

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from demo.filling import Sample, fill, read_sample

MARKERS = ["UNQ_C1", "UNQ_C2", "UNQ_C3", "UNQ_C4"]


@pytest.fixture
def released():
    """Return a notebook with two exercises, a text that names one, and a test cell."""
    cells = [
        new_markdown_cell("UNQ_C1 is yours.", id="text"),
        new_code_cell("# UNQ_C1 (DO NOT EDIT)\ndef one():\n    return None", id="one"),
        new_code_cell("# UNQ_C2 (DO NOT EDIT)\ndef two():\n    return None", id="two"),
        new_code_cell("one()", id="test", metadata={"nbgrader": {"grade_id": "test"}}),
    ]
    return new_notebook(cells=cells)


@pytest.fixture
def samples(tmp_path):
    """Return a folder of students, some of whom are like others."""
    files = {
        "amy": "# Knows all.\n# %% UNQ_C1\n\ndef one():\n    return 1\n\n# %% UNQ_C2\ntwo = 2\n",
        "bob": "# like: amy\n# %% UNQ_C2\ntwo = 'b'\n",
        "cem": "# like: bob\n# untouched: UNQ_C1\n# missing: UNQ_C3, UNQ_C4\n# twice: test\n",
        "eve": "# Handed in as it was released.\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


def test_cells_are_read_without_the_blank_lines_around_them(samples):
    assert read_sample(samples / "amy.py") == Sample(
        {"UNQ_C1": "def one():\n    return 1", "UNQ_C2": "two = 2"}
    )


def test_a_student_is_like_another_but_for_the_own_cells(samples):
    cells = read_sample(samples / "bob.py").cells
    assert cells == {"UNQ_C1": "def one():\n    return 1", "UNQ_C2": "two = 'b'"}


def test_directives_are_read_and_not_inherited(samples):
    sample = read_sample(samples / "cem.py")
    assert sample.cells == {"UNQ_C2": "two = 'b'"}
    assert sample.missing == ["UNQ_C3", "UNQ_C4"]
    assert sample.twice == ["test"]
    assert read_sample(samples / "eve.py") == Sample()


def test_a_student_who_is_like_nobody_is_an_error(samples):
    (samples / "fay.py").write_text("# like: nobody\n")
    with pytest.raises(FileNotFoundError, match="nobody"):
        read_sample(samples / "fay.py")


def test_a_filled_cell_keeps_its_marker_and_the_release_stays_as_it_was(released):
    before = nbformat.writes(released)
    nb = fill(released, Sample({"UNQ_C2": "def two():\n    return 2"}))
    assert nb.cells[2].source == "# UNQ_C2 (DO NOT EDIT)\ndef two():\n    return 2"
    assert nb.cells[1].source == released.cells[1].source
    assert nbformat.writes(released) == before


def test_an_exercise_is_deleted(released):
    nb = fill(released, Sample(missing=["UNQ_C1"]))
    assert [cell.id for cell in nb.cells] == ["text", "two", "test"]


def test_a_cell_is_copied_under_an_id_of_its_own(released):
    nb = fill(released, Sample(twice=["test"]))
    assert [cell.id for cell in nb.cells] == ["text", "one", "two", "test", "test-copy"]
    assert nb.cells[-1].metadata == nb.cells[-2].metadata
    nbformat.validate(nb)


@pytest.mark.parametrize("sample", [Sample({"UNQ_C9": "x"}), Sample(missing=["UNQ_C9"])])
def test_an_exercise_that_the_notebook_lacks_is_an_error(sample, released):
    with pytest.raises(ValueError, match="no cell UNQ_C9"):
        fill(released, sample)


def test_the_sample_class_covers_the_lesson(root):
    files = sorted((root / "demo/sample_class").glob("*.py"))
    samples = {path.stem: read_sample(path) for path in files}
    # One more, an upload that was cut off, is made by the demo itself.
    assert len(samples) >= 12
    assert sorted(samples["ada"].cells) == sorted(samples["ben"].cells) == MARKERS
    assert samples["cleo"] == Sample()
    assert any(sample.missing for sample in samples.values())
    assert any(sample.twice for sample in samples.values())
    known = {marker for sample in samples.values() for marker in sample.cells}
    assert known == set(MARKERS)


def test_the_sample_class_fits_the_lessons_notebook(root):
    source = root / "source/C3M3/C3_W3_Assignment.ipynb"
    nb = nbformat.read(source, as_version=4)
    for path in sorted((root / "demo/sample_class").glob("*.py")):
        sample = read_sample(path)
        filled = fill(nb, sample)
        assert len(filled.cells) == len(nb.cells) - len(sample.missing) + len(sample.twice)
        text = "\n".join(cell.source for cell in filled.cells)
        for marker, cell in sample.cells.items():
            assert (cell in text) == (marker not in sample.missing), (path.stem, marker)


def test_only_hugos_third_cell_is_no_python(root):
    for path in sorted((root / "demo/sample_class").glob("*.py")):
        for marker, cell in read_sample(path).cells.items():
            if (path.stem, marker) == ("hugo", "UNQ_C3"):
                with pytest.raises(SyntaxError):
                    ast.parse(cell)
            else:
                ast.parse(cell)
