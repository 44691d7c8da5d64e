"""The list of mutants that make no difference is read, or it is said what is wrong with it."""

from __future__ import annotations

import pytest

from proctor.errors import CourseError
from proctor.strength.equivalent import read_equivalent


def test_reasons_are_read_by_cell_and_name(tmp_path):
    path = tmp_path / "a.toml"
    assert read_equivalent(path) == {}
    path.write_text('[squares]\n"x = 1 | 1 -> 2" = "never read"\n')
    assert read_equivalent(path) == {"squares": {"x = 1 | 1 -> 2": "never read"}}


@pytest.mark.parametrize("text", ["[a", 'a = "b"', '[a]\n"b" = " "', '[a]\n"b" = 1'])
def test_what_is_no_such_list_is_refused(tmp_path, text):
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(CourseError, match="make no difference"):
        read_equivalent(path)
