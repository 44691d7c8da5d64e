import json

import nbformat
import pytest

from benchmarks.adoption.courses import PublicCourse
from benchmarks.adoption.layout import KERNELSPECS, lay_out
from engine.tests.coursework import cell, notebook


def write(path, nb):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "somebody+course"
    nb = notebook([cell("a", "solution", "x = 1")])
    for folder in ("week1", "week1/.ipynb_checkpoints", ".ipynb_checkpoints"):
        write(root / "source" / folder / "a.ipynb", nb)
    (root / "source" / "week1" / "data.txt").write_text("1")
    (root / "source" / "pictures").mkdir()
    for name in ("one", "two", "two-by-ann"):
        write(root / "tests" / f"{name}.ipynb", nb)
    (root / "tests" / "data.txt").write_text("2")
    write(root / "submitted" / "ben" / "week1" / "a.ipynb", nb)
    write(root / "header.ipynb", nb)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.root = '/home'\n")
    return root


def test_each_folder_and_each_notebook_is_an_assignment(repository, tmp_path):
    course = PublicCourse(
        "somebody/course",
        folders=("source/*",),
        notebooks="tests/*.ipynb",
        config="nbgrader_config.py",
        shared={"header.ipynb": "source/header.ipynb"},
        kernels=("xpython",),
        submitted={"week1": "submitted/*/week1", "two": "tests/two-*.ipynb"},
    )
    laid = lay_out(course, repository, tmp_path / "work")
    assert laid.assignments == ["week1", "one", "two"]
    for side in (laid.stock, laid.engine):
        found = {str(p.relative_to(side)) for p in side.rglob("*") if p.is_file()}
        assert found == {
            "nbgrader_config.py",
            "source/header.ipynb",
            "source/week1/a.ipynb",
            "source/week1/data.txt",
            "source/one/one.ipynb",
            "source/one/data.txt",
            "source/two/two.ipynb",
            "source/two/data.txt",
        }
        config = (side / "nbgrader_config.py").read_text()
        assert config.index("'/home'") < config.index(repr(str(side)))
        assert ("adopt(c)" in config) == (side == laid.engine)
    assert {
        (name, one.student, *one.files) for name, found in laid.handed.items() for one in found
    } == {("week1", "ben", "a.ipynb"), ("two", "two-by-ann", "two.ipynb")}
    spec = tmp_path / "work" / KERNELSPECS / "kernels" / "xpython" / "kernel.json"
    assert json.loads(spec.read_text())["language"] == "python"
