import pytest

from proctor.errors import CourseError, course_write_errors


def test_a_failure_to_write_names_the_file(tmp_path):
    with pytest.raises(CourseError) as caught, course_write_errors(tmp_path):
        (tmp_path / "no" / "file").write_text("x")
    assert caught.value.where == str(tmp_path / "no" / "file")
    assert caught.value.problem == "a file can't be written: No such file or directory"
