"""A class from submissions to the gradebook, with an assignment of two notebooks."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from engine.tests.coursework import Nobody, command, plan
from proctor.backends.inline import in_process
from proctor.bundle.build import pack
from proctor.cli import EXIT_ATTENTION
from proctor.grading.coordinator import grade_class
from proctor.grading.core import give_up
from proctor.results import Receipt

pytestmark = pytest.mark.sandbox


def nbgrader_cell(make, source, name, **options):
    about = {"grade": False, "locked": False, "solution": False, "task": False, "points": 0}
    about |= {"grade_id": name, "schema_version": 3, **options}
    if not (about["grade"] or about["task"]):
        del about["points"]
    return make(source=source, metadata={"nbgrader": about})


@pytest.fixture(scope="module")
def course(released, filled, run, tmp_path_factory):
    """An essay beside the exercise; ann hands in both, bob one alone, cy a broken essay."""
    folder = tmp_path_factory.mktemp("two") / "course"
    shutil.copytree(released, folder)
    essay = new_notebook(
        cells=[
            nbgrader_cell(
                new_markdown_cell, "YOUR ANSWER", "essay", grade=True, solution=True, points=5
            ),
            nbgrader_cell(new_markdown_cell, "Draw.", "task", task=True, locked=True, points=3),
            nbgrader_cell(new_code_cell, "1", "bonus", grade=True, locked=True, points=0),
        ]
    )
    essay.metadata["kernelspec"] = filled().metadata["kernelspec"]
    nbformat.write(essay, folder / "source" / "tiny" / "essay.ipynb")
    done = run(folder, "release", "tiny")
    assert done.returncode == 0, done.stderr
    for student in ("ann", "bob", "cy", "dee"):
        place = folder / "submitted" / student / "tiny"
        place.mkdir(parents=True)
        nbformat.write(filled(), place / "exercise.ipynb")
    written = nbformat.read(folder / "release" / "tiny" / "essay.ipynb", as_version=4)
    written.cells[0].source = "All that I know."
    nbformat.write(written, folder / "submitted" / "ann" / "tiny" / "essay.ipynb")
    (folder / "submitted" / "cy" / "tiny" / "essay.ipynb").write_text("{")
    untouched = folder / "submitted" / "dee" / "tiny" / "essay.ipynb"
    shutil.copy(folder / "release" / "tiny" / "essay.ipynb", untouched)
    nbformat.write(written, untouched.with_name("essay-Copy1.ipynb"))
    done = run(folder, "grade", "tiny", "--jobs=1")
    assert done.returncode == EXIT_ATTENTION, done.stderr
    assert "a submission is one Jupyter notebook" in done.stdout
    return folder


def grades(folder, student):
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        submission = book.find_submission("tiny", student)
        return {
            g.name: (g.auto_score, g.needs_manual_grade)
            for nb in submission.notebooks
            for g in nb.grades
        }


def test_a_human_looks_at_what_was_written(course):
    found = grades(course, "ann")
    assert found["double-test"] == (4.0, False)
    assert found["essay"] == (None, True)
    assert found["task"] == (None, True)


def test_nobody_looks_at_a_notebook_that_was_not_handed_in(course):
    found = grades(course, "bob")
    assert found["double-test"] == (4.0, False)
    assert (found["essay"], found["task"], found["bonus"]) == ((0.0, False),) * 3


def test_an_answer_that_may_be_in_another_file_is_no_zero(course):
    assert grades(course, "dee")["essay"] == (None, True)


def test_one_broken_notebook_leaves_the_other_its_marks(course):
    found = grades(course, "cy")
    assert found["double-test"] == (4.0, False)
    # Nobody has seen the answer.
    assert found["essay"] == (None, True)
    place = course / "autograded" / "cy" / "tiny"
    assert sorted(path.name for path in place.iterdir()) == [
        "essay.receipt.json",
        "exercise.ipynb",
        "exercise.receipt.json",
    ]
    receipt = Receipt.from_json((place / "essay.receipt.json").read_text())
    assert (receipt.status, receipt.origin.graded) == ("needs_attention", "")


def test_nothing_is_left_to_do(course, run):
    done = run(course, "grade", "tiny")
    assert "4 of 4: graded before, and unchanged" in done.stderr
    assert done.returncode == EXIT_ATTENTION


def test_marks_of_a_human_outlive_a_new_release_with_other_points(course, run, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as formgrader:
        essay = formgrader.find_grade("essay", "essay", "tiny", "ann")
        essay.manual_score, essay.needs_manual_grade = 4.5, False
        formgrader.find_comment("essay", "essay", "tiny", "ann").manual_comment = "Well said."
        formgrader.db.commit()
    path = folder / "source" / "tiny" / "exercise.ipynb"
    nb = nbformat.read(path, as_version=4)
    stock = next(c for c in nb.cells if c.source.startswith("# A stock nbgrader test"))
    # nbgrader itself refuses other cells, once there are submissions.
    stock.metadata.nbgrader["points"] = 6
    nbformat.write(nb, path)
    done = run(folder, "release", "tiny")
    assert done.returncode == 0, done.stderr
    assert "stock-test  points 2 -> 6" in done.stdout
    done = run(folder, "grade", "tiny", "--jobs=1", "--student=ann")
    assert (
        "1 of 1: the notebook changed: source/tiny/exercise.ipynb, cell stock-test" in done.stderr
    )
    assert "ann: manual marks or comments were kept" in done.stdout
    found = grades(folder, "ann")
    assert (found["stock-test"], found["essay"]) == ((6.0, False), (None, True))
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        submission = book.find_submission("tiny", "ann")
        assert (submission.score, submission.max_score) == (18.5, 22.0)
        comment = book.find_comment("essay", "essay", "tiny", "ann")
        assert comment.comment == "Well said."
    done = run(folder, "grade", "tiny", "--student=ann")
    assert "1 of 1: graded before, and unchanged" in done.stderr


def give_up_all(unit, bundle):
    return give_up(unit, bundle, "not tried")


def test_a_submission_that_changes_meanwhile_is_graded_again(course, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    app = command(folder)
    bundle = pack(app, app.coursedir, "tiny")
    place = folder / "submitted" / "bob" / "tiny" / "notes.txt"
    place.write_text("one")
    steps = [step for step in plan(app, bundle) if step.student == "bob"]
    place.write_text("two")
    with in_process(bundle, give_up_all) as workers, app.gradebook("tiny") as gradebook:
        list(grade_class(app.course(bundle), steps, workers, gradebook, Nobody()))
    (again,) = (step for step in plan(app, bundle) if step.student == "bob")
    assert again.why == "the submission changed"
