"""What a run does with each submission, for all that can have become of it."""

import hashlib
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.grading.changes import Changes
from proctor.grading.graded_files import graded_folder
from proctor.grading.planner import Action, GradeOptions, Step, longest_first, plan_step
from proctor.results import ExerciseResult, Origin, Receipt
from proctor.submission.fingerprint import fingerprint

pytestmark = pytest.mark.sandbox

RECORDED, NONE = {("n", "t"): 2.0}, GradeOptions()


@pytest.fixture
def step(tmp_path):
    """Plan for one student, who was graded before unless something is otherwise."""

    def plan(
        *, receipt=True, options=NONE, recorded=RECORDED, status="graded", bundle="b", **after
    ):
        coursedir = CourseDirectory(root=str(tmp_path))
        handed_in = tmp_path / "submitted" / "ann" / "tiny"
        handed_in.mkdir(parents=True)
        (handed_in / "n.ipynb").write_text("handed in")
        place = graded_folder(coursedir, "tiny", "ann")
        place.mkdir(parents=True)
        (place / "n.ipynb").write_text("graded")
        if receipt:
            result = ExerciseResult("double", "C1", 2, 4, "partial", "m", test="t")
            graded = hashlib.sha256(b"graded").hexdigest()
            origin = Origin(bundle, fingerprint(handed_in), graded)
            one = Receipt("tiny", "n.ipynb", (result,), status=status, origin=origin, seconds=3.5)
            (place / "n.receipt.json").write_text(one.to_json())
        if "submission" in after:
            (handed_in / "n.ipynb").write_text(after["submission"])
        if "notebook" in after:
            (place / "n.ipynb").write_text(after["notebook"])
        about = {"recorded": recorded, "options": options, "changes": Changes("b", {})}
        return plan_step(coursedir, "tiny", "ann", names=["n"], **about)

    return plan


@pytest.mark.parametrize(
    ("about", "action", "why"),
    [
        ({}, Action.NOTHING, "unchanged"),
        ({"receipt": False}, Action.GRADE, "new"),
        ({"options": GradeOptions(force=True)}, Action.GRADE, "--force"),
        ({"submission": "another"}, Action.GRADE, "the submission changed"),
        ({"bundle": "old"}, Action.GRADE, "the assignment"),
        ({"options": GradeOptions(failed=True)}, Action.NOTHING, "unchanged"),
        (
            {"options": GradeOptions(failed=True), "status": "needs_attention"},
            Action.GRADE,
            "--failed",
        ),
        ({"notebook": "changed"}, Action.GRADE, "was changed"),
        ({"recorded": None}, Action.RECORD, "not yet in the gradebook"),
        ({"recorded": {("n", "t"): 3.0}}, Action.RECORD, "not yet in the gradebook"),
        ({"recorded": {}}, Action.RECORD, "not yet in the gradebook"),
    ],
)
def test_what_is_done_and_why(step, about, action, why):
    planned = step(**about)
    assert planned.action is action
    assert why in planned.why


@pytest.mark.parametrize(
    ("about", "seconds"), [({"options": GradeOptions(force=True)}, 3.5), ({"receipt": False}, None)]
)
def test_what_it_took_last_time_is_known(step, about, seconds):
    assert step(**about).seconds == seconds


def test_what_is_new_comes_first_and_then_what_took_longest():
    took = {"ann": 2.0, "bob": None, "cy": 20.9, "dan": 0.0, "eve": None}
    steps = [Step(name, Path(), "", Action.GRADE, "", seconds) for name, seconds in took.items()]
    assert [step.student for step in longest_first(steps)] == ["bob", "eve", "cy", "ann", "dan"]
