import getpass
import json
import multiprocessing
import os

import pytest

from proctor.errors import CourseError
from proctor.grading.lock import NAME, course_lock

pytestmark = pytest.mark.sandbox


def hold(folder, held):
    with course_lock(folder):
        held.set()
        multiprocessing.get_context("fork").Event().wait()


def test_the_second_refuses_and_a_lock_that_was_left_is_taken_over(tmp_path):
    context = multiprocessing.get_context("fork")
    held = context.Event()
    other = context.Process(target=hold, args=(tmp_path, held))
    other.start()
    assert held.wait(30)
    with pytest.raises(CourseError) as caught, course_lock(tmp_path):
        pass
    assert f"process {other.pid} of {getpass.getuser()}" in caught.value.problem
    other.kill()
    other.join()
    assert json.loads((tmp_path / NAME).read_text())["process"] == other.pid
    with course_lock(tmp_path):
        assert json.loads((tmp_path / NAME).read_text())["process"] == os.getpid()
    assert (tmp_path / NAME).read_text() == ""


def test_it_is_given_up_after_a_failure(tmp_path):
    with pytest.raises(ValueError, match="a failure"), course_lock(tmp_path):
        raise ValueError("a failure")
    with course_lock(tmp_path):
        pass


@pytest.mark.parametrize("text", ["", "[]", "{", '{"process": 1}'])
def test_a_holder_that_has_not_said_who_it_is(tmp_path, text):
    with course_lock(tmp_path):
        (tmp_path / NAME).write_text(text)
        with pytest.raises(CourseError, match="just begun"), course_lock(tmp_path):
            pass


def test_a_user_without_a_name_has_a_number(tmp_path, monkeypatch):
    def nameless():
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    with course_lock(tmp_path):
        assert f"user {os.getuid()}" in (tmp_path / NAME).read_text()


def test_a_folder_that_can_not_be_written_is_said(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(CourseError, match="right to write"), course_lock(tmp_path):
        pass
