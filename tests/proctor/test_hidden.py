from proctor.hidden import hidden_part, without_hidden

SOURCE = "see()\n### BEGIN HIDDEN TESTS\ncheck()\nmore()\n### END HIDDEN TESTS\nafter()\n"


def test_a_cell_is_split_at_nbgraders_markers():
    assert hidden_part(SOURCE) == "check()\nmore()\n"
    assert without_hidden(SOURCE) == "see()\nafter()"


def test_a_cell_without_markers_is_all_visible():
    assert hidden_part("see()") is None
    assert without_hidden("see()\n") == "see()"
