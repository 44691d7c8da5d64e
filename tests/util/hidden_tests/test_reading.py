"""Text out of answers."""

import pytest

from util.hidden_tests.reading import short_text


def test_a_text_is_cut_and_nothing_else_is_text():
    assert short_text("abc", 2) == "ab"
    for value in (None, 1, ["a"], {"a": "b"}, b"a"):
        with pytest.raises(TypeError):
            short_text(value, 2)
