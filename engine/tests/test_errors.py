import errno
import pickle
from pathlib import Path

import pytest

from proctor.errors import SubmissionError, first_line, is_output_error, system_error


def test_an_error_states_problem_why_where_and_what_to_do_also_after_crossing_a_process():
    error = SubmissionError("this is wrong", why="it matters", where="there", remedy="that")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is SubmissionError
    assert str(again) == "this is wrong\n  why: it matters\n  where: there\n  what to do: that"
    assert again.summary == "this is wrong (there); it matters. What to do: that."


def test_an_error_without_a_file_name_may_be_one_of_the_output():
    assert is_output_error(OSError(errno.ENOSPC, "No space left on device"))
    assert not is_output_error(OSError(errno.ENOSPC, "No space left on device", "/x"))
    assert not is_output_error(OSError(errno.EMFILE, "Too many open files"))
    assert not is_output_error(TimeoutError("too slow"))


@pytest.mark.parametrize(
    ("name", "where"), [("/x", "/x"), (b"/x", "/x"), (3, "/course"), (None, "/course")]
)
def test_an_error_of_the_system_names_the_file_or_the_course(name, where):
    error = OSError(errno.EACCES, "Permission denied", name)
    assert system_error(error, Path("/course")).where == where


def test_the_first_line_of_an_error_without_a_text_is_its_type():
    assert first_line(ValueError(" one\ntwo")) == "one"
    assert first_line(ValueError("")) == "ValueError"
