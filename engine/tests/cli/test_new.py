import nbformat
import numpy as np
import pytest

from proctor.checks.load import load_checks
from proctor.checks.student import LocalStudent
from proctor.cli.new import create_assignment
from proctor.errors import CourseError


def test_the_notebook_is_named_after_the_assignment(tmp_path):
    path, checks = create_assignment("M4", tmp_path / "M4", tmp_path)
    assert checks == tmp_path / "checks_M4.py"
    nb = nbformat.read(path, as_version=4)
    nbformat.validate(nb)
    assert path.name == "M4.ipynb"
    assert nb.cells[0].source.startswith("# M4")
    kinds = [c.metadata.nbgrader["grade_id"] for c in nb.cells if "nbgrader" in c.metadata]
    assert kinds == ["packages", "ex1-solution", "ex1-test", "ex2-words"]


@pytest.mark.parametrize("name", ["", ".hidden", "a b", "a/../b", "-x", "é", "x" * 65])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(CourseError, match="begins with a letter"):
        create_assignment(name, tmp_path / "source", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays(tmp_path):
    (tmp_path / "M4").mkdir()
    (tmp_path / "M4" / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="folder of its own"):
        create_assignment("M4", tmp_path / "M4", tmp_path)
    assert [p.name for p in (tmp_path / "M4").iterdir()] == ["mine.txt"]


def test_a_module_that_is_there_stays(tmp_path):
    (tmp_path / "checks_M4.py").write_text("mine")
    with pytest.raises(CourseError, match="exists already"):
        create_assignment("M4", tmp_path / "source" / "M4", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["checks_M4.py"]


def test_its_check_knows_the_solution_and_common_mistakes(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    create_assignment("M-5", tmp_path / "M-5", tmp_path)
    (one,) = load_checks("checks_M_5", tmp_path).values()

    def verdict(source):
        student = LocalStudent({"mean_absolute_error": eval(source)})  # noqa: S307 - our own
        return one.run(student, np.random.default_rng(0))

    assert verdict("lambda m, p: abs(m - p).mean()").score == 1
    assert verdict("lambda m, p: (m - p).mean()").misconception == "not_absolute"
    assert verdict("lambda m, p: ((m - p) ** 2).mean()").misconception == "squared"
    assert verdict("lambda m, p: None").score == 0


def test_where_nothing_can_be_written_nothing_is_left(tmp_path):
    (tmp_path / "source").write_text("a file")
    with pytest.raises(CourseError, match="source folder"):
        create_assignment("M4", tmp_path / "source" / "M4", tmp_path)
