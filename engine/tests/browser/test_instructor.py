"""An instructor's way through formgrader, from the class to the export."""

from __future__ import annotations

import csv
import shutil

import nbformat
import psutil
import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from playwright.sync_api import FrameLocator, Page, expect

from engine.tests.browser.conftest import jupyterlab
from engine.tests.grading import fake_grading
from engine.tests.reporting.feedback.test_formgrader_filters import hostile

pytestmark = pytest.mark.programs

WAIT = 60_000


@pytest.fixture(scope="module")
def lab(released, filled, warm, tmp_path_factory):
    """JupyterLab in a course folder: ann is graded, bob has only handed in."""
    home = tmp_path_factory.mktemp("instructor")
    folder = home / "course"
    shutil.copytree(released, folder)
    wrong = {"ann": "return values + 1", "bob": "return values"}
    for student, line in wrong.items():
        place = folder / "submitted" / student / "tiny"
        place.mkdir(parents=True)
        nb = filled(UNQ_C1=f"def double(values):\n    {line}")
        nbformat.write(nb, place / "exercise.ipynb")
    done = warm.run("proctor", folder, "grade", "tiny", "--student=ann", "--jobs=1")
    assert done.returncode == 0, done.stderr
    with jupyterlab(folder, home) as address:
        yield folder, address


def formgrader(page: Page, address) -> FrameLocator:
    """Open formgrader from JupyterLab's menu."""
    page.goto(address("lab"))
    page.get_by_role("menuitem", name="Nbgrader").click(timeout=WAIT)
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    frame = page.frame_locator("iframe").first
    expect(frame.get_by_role("link", name="Manage Assignments")).to_be_visible(timeout=WAIT)
    return frame


@pytest.mark.slow
def test_from_the_class_to_the_export(lab, page, shoot, run):
    folder, address = lab
    frame = formgrader(page, address)
    row = frame.locator("tr", has_text="tiny")
    expect(row).to_be_visible(timeout=WAIT)
    shoot(page, "instructor-assignments")

    row.locator(".num-submissions a").click()
    bob = frame.locator("tr", has=frame.locator(".student-id", has_text="bob"))
    ann = frame.locator("tr", has=frame.locator(".student-id", has_text="ann"))
    expect(ann.locator(".score")).to_have_text("4 / 10", timeout=WAIT)
    expect(bob.locator(".status")).to_have_text("needs autograding")
    shoot(page, "instructor-class")

    bob.locator(".autograde a").click()
    expect(frame.locator("#success-modal")).to_contain_text("Successfully autograded", timeout=WAIT)
    shoot(page, "instructor-autograded")
    frame.locator("#success-modal .modal-footer button").first.click()
    expect(bob.locator(".score")).to_have_text("6 / 10", timeout=WAIT)
    receipt = folder / "autograded" / "bob" / "tiny" / "exercise.receipt.json"
    assert '"sandbox": "namespaces' in receipt.read_text()

    frame.get_by_role("link", name="Manual Grading").click()
    frame.get_by_role("link", name="tiny").click()
    frame.get_by_role("link", name="exercise").click()
    submission = frame.locator("tr", has_text="Submission #").first
    expect(submission).to_be_visible(timeout=WAIT)
    shoot(page, "instructor-submissions")
    bobs = frame.locator("tr", has_text="6").get_by_role("link").first
    bobs.click()
    score = frame.locator("input.score#double-test")
    expect(score).to_be_visible(timeout=WAIT)
    score.fill("3")
    score.blur()
    comment = frame.locator("textarea#double-comment")
    # The sign that formgrader shows then is gone after a second.
    with page.expect_response(
        lambda r: "/api/comment/" in r.url and r.request.method == "PUT", timeout=WAIT
    ) as saved:
        comment.fill("Nearly: look at the sign.")
        comment.blur()
    assert saved.value.ok
    shoot(page, "instructor-marked")

    assert run(folder, "export", "tiny", f"--to={folder / 'grades.csv'}").returncode == 0
    with (folder / "grades.csv").open(newline="") as file:
        grades = {row["student"]: row for row in csv.DictReader(file)}
    assert float(grades["bob"]["double-test"]) == 3
    assert float(grades["bob"]["total"]) == 7
    assert run(folder, "feedback", "tiny").returncode == 0
    feedback = (folder / "feedback" / "bob" / "tiny" / "exercise.html").read_text()
    assert "Nearly: look at the sign." in feedback
    assert "Marked by hand" in feedback


@pytest.mark.slow
def test_marks_are_saved_while_four_workers_grade(lab, page, warm):
    """Both write to one SQLite file; neither may find it locked."""
    folder, address = lab
    for number in range(150):
        place = folder / "submitted" / f"s-{number}" / "tiny"
        place.mkdir(parents=True)
        (place / "exercise.ipynb").write_text(str(number))
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "tiny") as gradebook:
        ann = gradebook.find_comment("double", "exercise", "tiny", "ann").id
    formgraders = address(f"formgrader/api/comment/{ann}")

    grader = warm.begin(fake_grading.__name__, folder, "tiny", "--student=s-*", "--jobs=4")
    running, saved = psutil.Process(grader), 0
    while running.status() != psutil.STATUS_ZOMBIE:
        answer = page.request.put(formgraders, data={"manual_comment": f"Remark {saved}."})
        assert answer.status == 200, answer.text()
        saved += 1
    done = warm.wait(grader)
    assert done.returncode == 0, done.stderr
    assert saved > 5
    log = (folder.parent / "jupyterlab.log").read_text()
    assert "locked" not in done.stderr + log
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "tiny") as gradebook:
        assert gradebook.find_comment("double", "exercise", "tiny", "ann").comment == (
            f"Remark {saved - 1}."
        )
        graded = [s.student_id for s in gradebook.assignment_submissions("tiny")]
    assert sum(student.startswith("s-") for student in graded) == 150


def test_nothing_of_a_students_runs_in_the_instructors_session(lab, page):
    folder, address = lab
    path = folder / "autograded" / "ann" / "tiny" / "exercise.ipynb"
    graded = nbformat.read(path, as_version=4)
    own = hostile()
    nbformat.write(new_notebook(cells=[*own.cells, *graded.cells], metadata=own.metadata), path)
    (path.parent / "own.html").write_text("<script>parent.taken = 1</script>")
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "tiny") as gradebook:
        shown = gradebook.find_submission_notebook("exercise", "tiny", "ann").id
    page.goto(address(f"formgrader/submissions/{shown}/"))
    expect(page.locator("input.score#double-test")).to_be_visible(timeout=WAIT)
    # What waits for a picture that is not there has run by then.
    page.wait_for_function("[...document.images].every(picture => picture.complete)")
    assert page.evaluate("window.taken") is None
    assert page.locator("#notebook img").count() > 0
    assert page.locator("#notebook a[href*='own.html']").count() == 0
