import ast
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from demo.__main__ import SAMPLES
from demo.filling import Sample, fill, read_sample

STUDENTS = sorted(path.stem for path in SAMPLES.glob("*.py"))


@pytest.fixture
def released():
    cells = [
        new_code_cell(f"# UNQ_C{n} (ID)\nx = None", metadata={"nbgrader": {"grade_id": f"ex{n}"}})
        for n in (1, 2)
    ]
    return new_notebook(cells=cells)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.py"
    path.write_text(text)
    return path


def test_a_sample_starts_from_another_and_changes_it(tmp_path):
    write(tmp_path, "base", "# %% UNQ_C1\na = 1\n# %% UNQ_C2\nb = 2\n")
    path = write(tmp_path, "like", "# like: base\n# untouched: UNQ_C2\n# %% UNQ_C1\na = 3\n")
    assert read_sample(path).cells == {"UNQ_C1": "a = 3"}


def test_filling_keeps_the_marker_and_the_release(released):
    nb = fill(released, Sample({"UNQ_C1": "a = 1"}, missing=["UNQ_C2"], twice=["ex1"]))
    assert [cell.source for cell in nb.cells] == ["# UNQ_C1 (ID)\na = 1"] * 2
    assert len({cell["id"] for cell in nb.cells}) == 2
    assert released.cells[0].source == "# UNQ_C1 (ID)\nx = None"


def test_an_exercise_that_is_not_there_is_named(released):
    with pytest.raises(ValueError, match="UNQ_C9"):
        fill(released, Sample({"UNQ_C9": ""}))


def test_the_class_has_at_least_twelve_and_is_as_broken_as_it_says():
    assert len(STUDENTS) >= 12
    for student in STUDENTS:
        sample = read_sample(SAMPLES / f"{student}.py")
        for marker, source in sample.cells.items():
            if (student, marker) == ("hugo", "UNQ_C3"):
                with pytest.raises(SyntaxError):
                    ast.parse(source)
            else:
                ast.parse(source)
