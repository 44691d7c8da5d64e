import pytest

from proctor.errors import CourseError, into_course


def test_a_failure_to_write_names_the_file(tmp_path):
    with pytest.raises(CourseError) as caught, into_course(tmp_path):
        (tmp_path / "no" / "file").write_text("x")
    assert caught.value.where == str(tmp_path / "no" / "file")
    assert caught.value.found == "No such file or directory"
