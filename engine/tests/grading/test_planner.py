"""What a run does with each submission, for all that can have become of it."""

import hashlib
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.grading.graded_files import graded_folder
from proctor.grading.planner import Step, Todo, Wish, longest_first, plan_step
from proctor.results import ExerciseResult, Origin, Receipt
from proctor.submission.fingerprint import fingerprint

pytestmark = pytest.mark.sandbox

RECORDED, NONE = {("n", "t"): 2.0}, Wish()


@pytest.fixture
def step(tmp_path):
    """Plan for one student, who was graded before unless something is otherwise."""

    def plan(*, receipt=True, wish=NONE, recorded=RECORDED, status="graded", bundle="b", **after):
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
        return plan_step(
            coursedir, "tiny", "ann", names=["n"], bundle="b", recorded=recorded, wish=wish
        )

    return plan


@pytest.mark.parametrize(
    ("about", "todo", "why"),
    [
        ({}, Todo.NOTHING, "unchanged"),
        ({"receipt": False}, Todo.GRADE, "new"),
        ({"wish": Wish(force=True)}, Todo.GRADE, "--force"),
        ({"submission": "another"}, Todo.GRADE, "the submission changed"),
        ({"bundle": "old"}, Todo.GRADE, "the assignment"),
        ({"wish": Wish(failed=True)}, Todo.NOTHING, "unchanged"),
        ({"wish": Wish(failed=True), "status": "needs_attention"}, Todo.GRADE, "--failed"),
        ({"notebook": "changed"}, Todo.GRADE, "was changed"),
        ({"recorded": None}, Todo.RECORD, "not yet in the gradebook"),
        ({"recorded": {("n", "t"): 3.0}}, Todo.RECORD, "not yet in the gradebook"),
        ({"recorded": {}}, Todo.RECORD, "not yet in the gradebook"),
    ],
)
def test_what_is_done_and_why(step, about, todo, why):
    planned = step(**about)
    assert planned.todo is todo
    assert why in planned.why


@pytest.mark.parametrize(
    ("about", "seconds"), [({"wish": Wish(force=True)}, 3.5), ({"receipt": False}, None)]
)
def test_what_it_took_last_time_is_known(step, about, seconds):
    assert step(**about).seconds == seconds


def test_what_is_new_comes_first_and_then_what_took_longest():
    took = {"ann": 2.0, "bob": None, "cy": 20.9, "dan": 0.0, "eve": None}
    steps = [Step(name, Path(), "", Todo.GRADE, "", seconds) for name, seconds in took.items()]
    assert [step.student for step in longest_first(steps)] == ["bob", "eve", "cy", "ann", "dan"]
