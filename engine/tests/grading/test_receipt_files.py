import hashlib

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.grading.receipt_files import (
    attention_folder,
    attention_receipts,
    graded_folder,
    is_complete,
    stored_receipts,
    students_set_aside,
)
from proctor.results import Origin, Receipt

pytestmark = pytest.mark.sandbox


@pytest.fixture
def coursedir(tmp_path):
    return CourseDirectory(root=str(tmp_path))


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
    assert students_set_aside(coursedir, "tiny") == ["ann"]


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
