import time

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.coursedir import CourseDirectory

from proctor.reporting.feedback.given_cells import GivenCells, read_given_cells


def locked(source):
    return new_code_cell(source, metadata={"nbgrader": {"locked": True}})


PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])  # as you like\nplt.show()"


def test_cells_are_given_edited_or_own():
    given = GivenCells([new_markdown_cell("Read\tthis."), new_code_cell(PLOT), new_code_cell("x")])
    assert given.origins(
        [
            new_markdown_cell("Read this.\n"),
            new_code_cell(PLOT.replace("2", "20")),
            new_code_cell("x"),
            new_code_cell("Read this."),
            new_markdown_cell("10 of 10 points"),
            locked("whatever"),
        ]
    ) == ["given", "edited", "given", "own", "own", "given"]


def test_a_cell_with_the_id_of_one_that_is_gone_is_that_one_edited():
    old = new_code_cell(PLOT)
    new = new_code_cell("something else altogether")
    new["id"] = old["id"]
    assert GivenCells([old]).origins([new]) == ["edited"]
    assert GivenCells([old]).origins([old, new]) == ["given", "own"]


def test_where_nobody_knows_nothing_is_said():
    assert GivenCells().origins([new_code_cell("x"), locked("y")]) == ["unknown", "given"]


def test_the_student_version_comes_first(tmp_path):
    course = CourseDirectory(root=str(tmp_path))
    assert read_given_cells(course, "a", "n").cells is None
    for folder, text in (("source", "s"), ("release", "r")):
        place = tmp_path / folder / "a"
        place.mkdir(parents=True)
        nbformat.write(new_notebook(cells=[new_code_cell(text)]), place / "n.ipynb")
        assert read_given_cells(course, "a", "n").cells[0].source == text
    (tmp_path / "release" / "a" / "n.ipynb").write_text("{")
    assert read_given_cells(course, "a", "n").cells[0].source == "s"


def test_a_notebook_of_many_own_cells_takes_a_moment():
    given = GivenCells([new_code_cell(f"{n}" + "x" * 50_000) for n in range(300)])
    started = time.process_time()
    assert set(given.origins([new_code_cell(f"y{n}" * 9000) for n in range(900)])) == {"own"}
    assert time.process_time() - started < 10
