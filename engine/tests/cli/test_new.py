import nbformat
import pytest

from proctor.cli.new import create_assignment
from proctor.errors import CourseError


def test_the_notebook_is_named_after_the_assignment(tmp_path):
    path = create_assignment("M4", tmp_path / "M4")
    nb = nbformat.read(path, as_version=4)
    nbformat.validate(nb)
    assert path.name == "M4.ipynb"
    assert nb.cells[0].source.startswith("# M4")
    kinds = [c.metadata.nbgrader["grade_id"] for c in nb.cells if "nbgrader" in c.metadata]
    assert kinds == ["packages", "ex1-solution", "ex1-test", "ex2-words"]


@pytest.mark.parametrize("name", ["", ".hidden", "a b", "a/../b", "-x", "é", "x" * 65])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(CourseError, match="begins with a letter"):
        create_assignment(name, tmp_path / "source")
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays(tmp_path):
    (tmp_path / "M4").mkdir()
    (tmp_path / "M4" / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="folder of its own"):
        create_assignment("M4", tmp_path / "M4")
    assert [p.name for p in (tmp_path / "M4").iterdir()] == ["mine.txt"]


def test_where_nothing_can_be_written_nothing_is_left(tmp_path):
    (tmp_path / "source").write_text("a file")
    with pytest.raises(CourseError, match="source folder"):
        create_assignment("M4", tmp_path / "source" / "M4")
