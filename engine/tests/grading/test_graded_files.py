import errno

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.backends.unit import Graded, Unit
from proctor.errors import CourseError
from proctor.grading.graded_files import put_in_place
from proctor.grading.receipt_files import (
    attention_folder,
    graded_folder,
    is_complete,
    stored_receipts,
)
from proctor.results import Origin, Receipt

pytestmark = pytest.mark.sandbox

RECEIPT = Receipt("tiny", "n.ipynb", (), origin=Origin(graded="x"))
NOTHING = Receipt("tiny", "n.ipynb", (), status="needs_attention", reason="r")


@pytest.fixture
def coursedir(tmp_path):
    return CourseDirectory(root=str(tmp_path))


def put(coursedir, graded, student="ann"):
    put_in_place(coursedir, "tiny", Unit(student), graded)
    return stored_receipts(coursedir, assignment="tiny", student=student, names=["n"])


@pytest.mark.parametrize("student", ["ann", "a b", "[x]*?", "-rf", "é", "{braces}"])
def test_receipts_come_back(coursedir, student):
    assert put(coursedir, Graded(student, (RECEIPT,), {"n": b"nb"}), student) == [RECEIPT]
    assert (graded_folder(coursedir, "tiny", student) / "n.ipynb").read_bytes() == b"nb"


def test_a_submission_lies_in_one_place_only(coursedir):
    place = graded_folder(coursedir, "tiny", "ann")
    aside = attention_folder(coursedir, "tiny", "ann")
    for graded, here, other in (
        (Graded("ann", (RECEIPT,), {"n": b"nb"}), place, aside),
        (Graded("ann", (NOTHING,)), aside, place),
        (Graded("ann", (RECEIPT,), {"n": b"nb"}), place, aside),
    ):
        put(coursedir, graded)
        assert here.is_dir()
        assert not other.exists()


@pytest.mark.parametrize(
    "graded", [Graded("ann", (RECEIPT,), {"n": b"nb"}), Graded("ann", (NOTHING,))]
)
def test_what_a_killed_grader_left_half_done_goes(coursedir, graded):
    put(coursedir, graded)
    folder = next(
        coursedir_path
        for coursedir_path in (
            graded_folder(coursedir, "tiny", "ann"),
            attention_folder(coursedir, "tiny", "ann"),
        )
        if coursedir_path.is_dir()
    )
    (folder / ".n.receipt.json.abc").write_text("half")
    put(coursedir, graded)
    assert not (folder / ".n.receipt.json.abc").exists()


def test_a_notebook_that_was_changed_is_not_complete(tmp_path):
    assert not is_complete(tmp_path, [RECEIPT])
    assert is_complete(tmp_path, [NOTHING])


def test_a_failure_says_where(coursedir, tmp_path):
    (tmp_path / "autograded").write_text("a file in the folder's place")
    with pytest.raises(CourseError) as caught:
        put(coursedir, Graded("ann", (RECEIPT,), {"n": b"nb"}))
    assert caught.value.__cause__.errno in (errno.ENOTDIR, errno.EEXIST)
    assert "autograded" in caught.value.where
