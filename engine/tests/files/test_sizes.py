import os

import pytest

from proctor.errors import CourseError
from proctor.files.sizes import MAX_BYTES, check_size


def sparse(path, size):
    path.touch()
    os.truncate(path, size)
    return path


def test_what_fits_is_let_through(tmp_path):
    check_size({"a": sparse(tmp_path / "a", MAX_BYTES - 3), "b": b"xyz"})
    check_size({})


def test_the_largest_of_what_does_not_fit_is_named(tmp_path):
    large = sparse(tmp_path / "large", 3 * 1024**3)
    (tmp_path / "link").symlink_to(large)
    files = {"d/link": tmp_path / "link", "b": sparse(tmp_path / "b", 2 * 1024**3), "c": b"x"}
    with pytest.raises(
        CourseError, match=r"5\.0 GiB in all; the largest is link, 3\.0 GiB"
    ) as caught:
        check_size(files)
    assert caught.value.where == str(tmp_path / "link")
    assert "c.Sandbox.share" in caught.value.remedy
