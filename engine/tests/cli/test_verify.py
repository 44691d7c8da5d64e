"""``proctor verify`` and the challenges that receipts name; what it compares is in test_grade."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil

import pytest

from engine.tests import coursework
from proctor.backends.base import Unit
from proctor.cli import EXIT_ATTENTION
from proctor.cli.verify import _differences, _names
from proctor.results import ExerciseResult, Receipt
from proctor.seeds import course_secret, generator

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

TELLS = "def double(values):\n    raise ValueError(list(map(int, values)))"
"""Its verdict's message shows the challenge."""


@pytest.fixture(scope="module")
def graded_once(released, filled, run, tmp_path_factory):
    """A course with a submission that tells what it was asked."""
    folder = tmp_path_factory.mktemp("verify") / "course"
    shutil.copytree(released, folder)
    coursework.hand_in(folder, "ann", filled(UNQ_C1=TELLS))
    assert run(folder, "grade", "tiny").returncode == 0
    return folder


@pytest.fixture
def graded(graded_once, tmp_path):
    """A copy of it that a test may do with as it likes."""
    return shutil.copytree(graded_once, tmp_path / "graded")


def drawn(seed):
    """What the course's check draws first, as a list."""
    return generator(seed).integers(1, 100, size=6).tolist()


def asked_with(course, seed):
    """Make the receipt one that was asked with a seed."""
    path = course / "autograded" / "ann" / "tiny" / "exercise.receipt.json"
    receipt = json.loads(path.read_text())
    double = receipt["exercises"][0]
    values = drawn(int(double["seed"], 16))
    assert str(values) in double["message"]
    other = drawn(seed)
    double["message"] = double["message"].replace(str(values), str(other))
    double["seed"] = f"{seed:032x}"
    path.write_text(json.dumps(receipt))


def test_a_receipt_of_now_is_asked_the_same(graded, run):
    done = run(graded, "verify", "tiny", "--jobs=1")
    assert (done.returncode, done.stdout) == (0, "1 submissions graded again, 0 differences\n")


def test_a_receipt_of_before_is_asked_what_it_was_asked(graded, run):
    """Seeds of before followed from assignment, student and exercise."""
    digest = hmac.new(course_secret(graded), b"tiny\x00ann\x00double", hashlib.sha256).digest()
    asked_with(graded, int.from_bytes(digest[:16], "big"))
    done = run(graded, "verify", "tiny", "--jobs=1")
    assert (done.returncode, done.stdout) == (0, "1 submissions graded again, 0 differences\n")


def test_a_challenge_that_is_not_the_courses_is_said_and_not_asked(graded, run):
    asked_with(graded, 1)
    done = run(graded, "verify", "tiny", "--jobs=1")
    assert done.returncode == EXIT_ATTENTION
    assert "ann double: its challenge does not follow from the course's secret" in done.stdout
    assert "ann double: 0 error" in done.stdout
    assert "ann total" not in done.stdout
    assert "1 submissions graded again, 2 differences" in done.stdout


def test_exercises_of_two_notebooks_are_told_apart():
    def receipts(score):
        result = ExerciseResult("t", "", score, 2.0, "partial", "Told.", test="t")
        return [Receipt("a", f"{name}.ipynb", (result,)) for name in ("m", "n")]

    before, after = receipts(1.0), [receipts(1.0)[0], receipts(2.0)[1]]
    found = _differences(Unit("ann"), before, after, _names(before))
    assert found == ["ann n/t: 1 partial (Told.), now 2 partial (Told.)"]
