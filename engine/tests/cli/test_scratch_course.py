"""An assignment is released into a temporary course as into the real one, which stays as it is."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory

from engine.tests import coursework
from engine.tests.coursework import cell, notebook
from proctor.cli.scratch_course import scratch_course
from proctor.course_layout import released_folder

CONFIG = """
c = get_config()
c.CourseDirectory.directory_structure = {structure!r}
c.CourseDirectory.release_directory = "handed_out"
c.IncludeHeaderFooter.header = "parts/header.ipynb"
c.GenerateAssignment.create_assignment = False
c.GenerateAssignment.no_database = True
"""


def everything(folder):
    return sorted(folder.rglob("*"))


@pytest.mark.parametrize(
    "structure",
    [
        "{nbgrader_step}/{student_id}/{assignment_id}",
        "{assignment_id}/{nbgrader_step}/{student_id}",
    ],
)
def test_whatever_the_courses_folders_are(tmp_path, monkeypatch, structure):
    tmp_path /= "C++ (new)"
    folder = CourseDirectory(root=str(tmp_path), directory_structure=structure)
    source = tmp_path / folder.format_path("source", ".", "ps1")
    (tmp_path / "parts").mkdir(parents=True)
    source.mkdir(parents=True)
    nbformat.write(notebook([cell("head", "locked", "HEAD = 2")]), tmp_path / "parts/header.ipynb")
    nbformat.write(notebook([cell("s", "solution", "x = 1")]), source / "a.ipynb")
    (tmp_path / "nbgrader_config.py").write_text(CONFIG.format(structure=structure))
    before = everything(tmp_path)
    monkeypatch.chdir(tmp_path)
    command = coursework.command(tmp_path)
    kept = command.coursedir.trait_values(config=True)
    with scratch_course(command, "ps1") as course:
        released = nbformat.read(released_folder(course, "ps1") / "a.ipynb", as_version=4)
    assert [one.metadata.nbgrader.grade_id for one in released.cells] == ["head", "s"]
    assert "x = 1" not in released.cells[1].source
    assert command.coursedir.trait_values(config=True) == kept
    assert everything(tmp_path) == before


@pytest.mark.programs
@pytest.mark.parametrize("structure", ["{assignment_id}/{nbgrader_step}/{student_id}"])
def test_a_release_comes_where_the_courses_structure_has_it(tmp_path, run, structure):
    tmp_path /= "C++ (new)"
    course = CourseDirectory(root=str(tmp_path), directory_structure=structure)
    source = Path(course.format_path("source", ".", "ps1"))
    source.mkdir(parents=True)
    nbformat.write(notebook([cell("s", "solution", "x = 1")]), source / "a.ipynb")
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.directory_structure = {structure!r}\n"
    )
    done = run(tmp_path, "release", "ps1")
    assert done.returncode == 0, done.stderr
    files = [path for path in (tmp_path / "ps1").rglob("*") if path.is_file()]
    assert {str(path.relative_to(tmp_path)) for path in files} == {
        "ps1/source/a.ipynb",
        "ps1/release/a.ipynb",
        "ps1/ps1.zip",
    }
    assert list(tmp_path.rglob("*.new*")) == []
