import pytest

from proctor.errors import ReleaseError
from proctor.release.regions import END, START, STUDENT_START, Region, find_regions


def test_regions_are_found_in_order():
    source = f"a\n{START}\nb\n    {END}\nc\n{STUDENT_START}\n{END}"
    assert find_regions(source, where="nb") == [Region(2, 4), Region(6, 7)]


def test_a_region_holds_what_lies_between_its_markers():
    region = Region(2, 4)
    assert [line for line in range(6) if region.holds(line)] == [3]


@pytest.mark.parametrize(
    "marker",
    [
        "### STRAT CODE HERE ###",
        "### START CODE HERE",
        "## START CODE HERE ##",
        "### start code here ###",
        "### START CODE HER ###",
        "### END CODE HEER ###",
        "### END COD HERE ###",
        "#END CODE HERE",
        "x = 1 ### END CODE HERE ###",
        "### START CODE HERE (REPLACE INSTANCES OF None with your code) ###",
    ],
)
def test_a_misspelt_marker_stops_the_release(marker):
    with pytest.raises(ReleaseError, match="misspelt") as caught:
        find_regions(f"a\n{marker}\nb", where="lesson.ipynb, cell 3")
    assert caught.value.where == "lesson.ipynb, cell 3, line 2"


@pytest.mark.parametrize(
    ("source", "found", "line"),
    [
        (f"{START}\nx", "START marker without an END", 1),
        (f"x\n{END}", "END marker without a START", 2),
        (f"{START}\n{START}\n{END}", "second START", 2),
        (f"{START}\n{END}\n{END}", "END marker without a START", 3),
    ],
)
def test_unmatched_markers_stop_the_release(source, found, line):
    with pytest.raises(ReleaseError, match=found) as caught:
        find_regions(source, where="nb")
    assert caught.value.where.endswith(f"line {line}")


@pytest.mark.parametrize(
    "comment",
    [
        "# Start with the output of the model",
        "# the code here is given",
        "# End of the loop",
        "### test cell: ex1",
        "### this cell is NOT editable",
        "# starts from here",
        "print('START CODE HERE')",
    ],
)
def test_prose_is_no_marker(comment):
    assert find_regions(comment, where="nb") == []
