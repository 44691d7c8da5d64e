import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from proctor.errors import ReleaseError
from proctor.release.regions import END, START
from proctor.release.scaffold import Scaffold, check_hidden_markers


def solution(source):
    data = {"grade": False, "grade_id": "one", "locked": False, "schema_version": 3}
    return new_code_cell(source, metadata={"nbgrader": {**data, "solution": True, "task": False}})


def strip(*cells, style="markers"):
    scaffold = Scaffold(style=style)
    nb, _ = scaffold.preprocess(new_notebook(cells=list(cells)), {"unique_key": "lesson"})
    return [cell.source for cell in nb.cells]


REGION = f"# UNQ_C1 (ID)\n{START}\nx = 1\n{END}"


def test_a_solution_is_stripped_and_prose_is_left_alone():
    text = new_markdown_cell("Hidden tests decide, START CODE HERE.")
    stripped = strip(solution(REGION), text, new_code_cell("y = 2"))
    assert stripped[0] == REGION.replace("x = 1", "x = None").replace(
        START, "### START CODE HERE (REPLACE INSTANCES OF 'None' with your code) ###"
    )
    assert stripped[1:] == [text.source, "y = 2"]


def test_nbgraders_own_style_still_works():
    assert "YOUR CODE HERE" in strip(solution("### BEGIN SOLUTION\nx = 1\n### END SOLUTION"))[0]
    assert "YOUR CODE HERE" in strip(solution("x = 1"))[0]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (solution("# UNQ_C1 (ID)\nx = 1"), "no solution region"),
        (new_code_cell("# UNQ_C1 (ID)\nx = 1"), "no solution region"),
        (new_code_cell(f"{START}\nx = 1\n{END}"), "does not treat as a solution"),
        (new_code_cell("### BEGIN HIDDEN TESTS\ncheck()"), "without '### END HIDDEN TESTS'"),
        (new_code_cell("check()\n### END HIDDEN TESTS"), "END HIDDEN TESTS"),
        (new_code_cell("### BEGIN HIDEN TESTS\ncheck()\n### END HIDDEN TESTS"), "HIDEN"),
        (new_code_cell("### BEGIN HIDDEN TEST\ncheck()\n### END HIDDEN TEST"), "HIDDEN TEST"),
        (new_code_cell("### START HIDDEN TESTS\ncheck()\n### END HIDDEN TESTS"), "START"),
    ],
)
def test_what_could_leak_stops_the_release_with_its_place(cell, found):
    with pytest.raises(ReleaseError, match=found) as caught:
        strip(new_markdown_cell("first"), cell)
    assert "lesson.ipynb, cell 2" in caught.value.where


@pytest.mark.parametrize(
    "line",
    [
        "### begin hidden tests",
        "### BEGIN HDDEN TESTS",
        "### BEGIN_HIDDEN_TESTS",
        "### HIDDEN TESTS",
        "### BEGIN HIDDEN",
        "#BeginHiddenTests",
        "### HIDDEN TESTS BEGIN",
        "### STRAT OF HIDDEN TESTS",
        "### END HIDDENT TESTS",
    ],
)
def test_a_marker_that_nbgrader_would_not_see_stops_the_release(line):
    with pytest.raises(ReleaseError, match="hidden tests lie between"):
        strip(new_code_cell(f"{line}\nassert f(2) == 4"))


@pytest.mark.parametrize(
    "line",
    [
        "# The hidden tests use other values than these",
        "# begin with the first test",
        "### BEGIN TESTS",
        "### END TESTS",
        "# Contains hidden tests",
        "# 3 hidden tests",
        "# Test the ending",
    ],
)
def test_a_comment_on_hidden_tests_is_no_marker(line):
    assert strip(new_code_cell(line)) == [line]


@pytest.mark.parametrize(
    "source",
    [
        "# Write code here\nx = 1",
        "# Add code here",
        "# start coding here",
        "### START CODING HERE ###",
        "# END YOUR CODE",
        "# Hidden tests\nassert x",
        "# The hidden tests\nassert x",
        "# More hidden tests\n### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS",
        "### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS\n# End of hidden tests",
        "# begin hidden tests\n### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS",
    ],
)
def test_a_comment_in_a_course_of_nbgraders_own_style_is_no_marker(source):
    assert strip(new_code_cell(source), style="auto") == [source]
    other = solution(f"{source}\n### BEGIN SOLUTION\ny = 1\n### END SOLUTION")
    assert source in strip(other, style="auto")[0]


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN HIDEN TESTS\nassert x\n### END HIDDEN TESTS",
        "### begin hidden tests\nassert x\n### end hidden tests",
        "#BeginHiddenTests\nassert x",
        "### BEGIN HIDDEN TESTS\nassert x\n### BEGIN HIDDEN TESTS\nassert y",
        "### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS\n"
        "### BEGIN HIDEN TESTS\nassert y\n### END HIDEN TESTS",
    ],
)
def test_what_is_nearly_a_whole_marker_stops_the_release_of_any_course(source):
    with pytest.raises(ReleaseError, match=r"hidden tests lie between|everything up to"):
        strip(new_code_cell(source), style="auto")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION"), "in a non-solution cell"),
        (new_markdown_cell("BEGIN SOLUTION\nyes\nEND SOLUTION"), "in a non-solution cell"),
        (solution("### BEGIN SOLUTION\nx = 1"), "no end solution statement"),
        (solution("### BEGIN SOLUTION\n### BEGIN SOLUTION\nx = 1"), "nested begin solution"),
    ],
)
def test_what_nbgrader_refuses_is_said_in_its_words_with_its_place(cell, found):
    with pytest.raises(ReleaseError, match=found) as caught:
        strip(new_markdown_cell("first"), cell, style="auto")
    assert "lesson.ipynb, cell 2" in caught.value.where


def test_a_courses_stubs_and_delimiters_are_nbgraders():
    c = Config()
    c.ClearSolutions.code_stub = {"python": "raise SystemExit"}
    c.ClearSolutions.text_stub = "Yours."
    c.ClearSolutions.begin_solution_delimeter = "#<"
    c.ClearSolutions.end_solution_delimeter = "#>"
    written = new_markdown_cell("x", metadata=solution("").metadata)
    nb = new_notebook(cells=[solution("a = 1\n#<\nx = 1\n#>"), written])
    nb, _ = Scaffold(config=c).preprocess(nb, {"unique_key": "lesson"})
    assert [cell.source for cell in nb.cells] == ["a = 1\nraise SystemExit", "Yours."]
    c = Config()
    # As nbgrader took it before there were other languages.
    c.ClearSolutions.code_stub = "pass"
    nb, _ = Scaffold(config=c).preprocess(new_notebook(cells=[solution("x = 1")]), {})
    assert nb.cells[0].source == "pass"


def test_one_marker_makes_it_a_notebook_of_the_lessons_style():
    cells = [solution(REGION), solution("### START CODE HER ###\nx = 1\n### END CODE HERE ###")]
    with pytest.raises(ReleaseError, match="misspelt"):
        strip(*cells, style="auto")


def test_a_heading_above_hidden_tests_is_no_marker():
    hidden = "### BEGIN HIDDEN TESTS\nassert f(2) == 4\n### END HIDDEN TESTS"
    check_hidden_markers(f"# Hidden tests\n{hidden}", where="cell 1")


def test_a_language_without_a_stub_is_no_fault_of_the_cells():
    nb = new_notebook(cells=[solution("(+ 1 2)")])
    nb.metadata.kernelspec = {"name": "calysto", "language": "scheme", "display_name": "Scheme"}
    with pytest.raises(ReleaseError, match="'scheme' has not been specified") as caught:
        Scaffold().preprocess(nb, {"unique_key": "lesson"})
    assert "c.ClearSolutions.code_stub" in caught.value.remedy
    assert "entry for 'scheme'" in caught.value.remedy
    assert "markers" not in caught.value.remedy
