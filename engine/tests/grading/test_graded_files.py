import errno
import hashlib

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.backends.base import Graded, Unit
from proctor.errors import CourseError
from proctor.grading.graded_files import (
    attention_folder,
    attention_receipts,
    graded_folder,
    is_complete,
    stored_receipts,
    students_without_notebook,
    write_graded,
)
from proctor.results import Origin, Receipt

pytestmark = pytest.mark.sandbox

RECEIPT = Receipt("tiny", "n.ipynb", (), origin=Origin(graded="x"))
NOTHING = Receipt("tiny", "n.ipynb", (), status="needs_attention", reason="r")


@pytest.fixture
def coursedir(tmp_path):
    return CourseDirectory(root=str(tmp_path))


def put(coursedir, graded, student="ann"):
    write_graded(coursedir, "tiny", Unit(student), graded)
    return stored_receipts(coursedir, assignment="tiny", student=student, names=["n"])


@pytest.mark.parametrize("student", ["ann", "a b", "[x]*?", "-rf", "é", "{braces}"])
def test_receipts_come_back(coursedir, student):
    assert put(coursedir, Graded(student, (RECEIPT,), {"n": b"nb"}), student) == [RECEIPT]
    assert (graded_folder(coursedir, "tiny", student) / "n.ipynb").read_bytes() == b"nb"


def test_a_submission_lies_in_one_place_only(coursedir):
    graded_dir = graded_folder(coursedir, "tiny", "ann")
    attention_dir = attention_folder(coursedir, "tiny", "ann")
    for graded, here, other in (
        (Graded("ann", (RECEIPT,), {"n": b"nb"}), graded_dir, attention_dir),
        (Graded("ann", (NOTHING,)), attention_dir, graded_dir),
        (Graded("ann", (RECEIPT,), {"n": b"nb"}), graded_dir, attention_dir),
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


def leave(folder, name="n", text=None):
    folder.mkdir(parents=True, exist_ok=True)
    receipt = Receipt("tiny", f"{name}.ipynb", ())
    (folder / f"{name}.receipt.json").write_text(receipt.to_json() if text is None else text)
    return receipt


def stored(coursedir, *names):
    return stored_receipts(coursedir, assignment="tiny", student="ann", names=names or ("n",))


def test_receipts_come_in_order_of_the_notebooks(coursedir):
    folder = graded_folder(coursedir, "tiny", "ann")
    wanted = [leave(folder, name) for name in ("b", "a")]
    assert stored(coursedir, "b", "a") == wanted


def test_those_set_aside_are_found_where_there_is_nothing_else(coursedir):
    receipt = leave(attention_folder(coursedir, "tiny", "ann"))
    assert stored(coursedir) == [receipt]
    assert attention_receipts(coursedir, "tiny", "ann") == [receipt]
    assert students_without_notebook(coursedir, "tiny") == ["ann"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 2}'])
def test_one_that_can_not_be_read_is_none(coursedir, text):
    leave(graded_folder(coursedir, "tiny", "ann"), text=text)
    assert stored(coursedir) == []


def test_what_a_student_brought_under_another_name_is_none(coursedir):
    leave(graded_folder(coursedir, "tiny", "ann"), "other")
    assert stored(coursedir) == []


def test_a_notebook_is_the_one_that_was_graded(tmp_path):
    (tmp_path / "n.ipynb").write_bytes(b"graded")
    right = Origin(graded=hashlib.sha256(b"graded").hexdigest())
    assert is_complete(tmp_path, [Receipt("tiny", "n.ipynb", (), origin=right)])
    for name, origin in (("n.ipynb", Origin(graded="0" * 64)), ("m.ipynb", right)):
        assert not is_complete(tmp_path, [Receipt("tiny", name, (), origin=origin)])
    assert is_complete(tmp_path, [Receipt("tiny", "m.ipynb", ())])
