from proctor.cells import hidden_part, without_hidden

SOURCE = "see()\n### BEGIN HIDDEN TESTS\ncheck()\nmore()\n### END HIDDEN TESTS\nafter()\n"


def test_a_cell_is_split_at_nbgraders_markers():
    assert hidden_part(SOURCE) == "check()\nmore()\n"
    assert without_hidden(SOURCE) == "see()\nafter()"


def test_a_cell_without_markers_is_all_visible():
    assert hidden_part("see()") is None
    assert without_hidden("see()\n") == "see()"


def test_a_part_without_an_end_is_hidden_to_the_end():
    source = "see()\n### BEGIN HIDDEN TESTS\ncheck()\n"
    assert hidden_part(source) is None
    assert without_hidden(source) == "see()"


def test_every_part_is_hidden():
    assert without_hidden(SOURCE + SOURCE) == "see()\nafter()\nsee()\nafter()"


def test_many_beginnings_take_no_time():
    source = "# BEGIN HIDDEN TESTS\n" * 100_000
    assert without_hidden("see()\n" + source) == "see()"
