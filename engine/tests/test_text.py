import pytest

from proctor.text import listed, plain


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bc\x00\x07\r\u202eevil", "evil"),
        ("\x1b", ""),
        ("half \ud800of a character", "half of a character"),
    ],
)
def test_what_steers_a_terminal_is_taken_out(text, bare):
    assert plain(text, 100) == bare


def test_a_long_text_is_cut():
    assert plain("x" * 10**7, 10) == "x" * 10 + "..."
    assert plain("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a, b"),
        (["a", "b", "c"], "a, b and 1 more"),
    ],
)
def test_of_many_names_the_first_are_listed(names, shown):
    assert listed(names, 2) == shown
    assert listed(names, 2, between="; ", rest="others") == shown.replace(", ", "; ").replace(
        "more", "others"
    )
