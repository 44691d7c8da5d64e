from proctor.reporting.console.wrapped_table import wrapped

TEXTS = [["student", "one", "two", "three", "total"], ["ann", "1", "2", "3", "6"]]


def test_what_fits_is_one_table():
    assert wrapped(TEXTS) == [
        "student  one  two  three  total",
        "-------------------------------",
        "ann      1    2    3      6",
    ]


def test_what_does_not_fit_follows_below_with_the_first_column():
    assert wrapped(TEXTS, width=18) == [
        "student  one  two",
        "-----------------",
        "ann      1    2",
        "",
        "student  three",
        "--------------",
        "ann      3",
        "",
        "student  total",
        "--------------",
        "ann      6",
    ]


def test_a_column_that_is_too_wide_has_a_block_of_its_own():
    assert len(wrapped([["student", "x" * 200, "y"]], width=50)) == 5
