"""Stripping, by golden files.

After a wanted change: ``python -m engine.tests.release.test_stripping`` writes the files in
``golden/after`` anew; read the difference before you commit it.
"""

import textwrap
from pathlib import Path

import pytest

from proctor.errors import ReleaseError
from proctor.release.regions import END, START, STUDENT_START
from proctor.release.strip import strip_solution

GOLDEN = Path(__file__).resolve().parent / "golden"
NAMES = sorted(path.name for path in (GOLDEN / "before").glob("*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_golden(name):
    stripped = strip_solution((GOLDEN / "before" / name).read_text(), where=name)
    assert stripped == (GOLDEN / "after" / name).read_text()


def cell(*lines):
    return "\n".join([START, *lines, END])


def test_a_cell_without_regions_is_unchanged():
    assert strip_solution("%matplotlib inline\nx = 1", where="nb") == "%matplotlib inline\nx = 1"


@pytest.mark.parametrize(
    "lines", [[], ["# only a comment"], ["x = 1  # @keep"], ["x = 1  # @drop"]]
)
def test_a_region_that_strips_to_nothing_stops_the_release(lines):
    with pytest.raises(ReleaseError, match="empty after stripping"):
        strip_solution(cell(*lines), where="nb")


@pytest.mark.parametrize("line", ["x = = 1", "%time x = 1", "!ls", "def f(:"])
def test_what_is_not_python_stops_the_release_with_its_line(line):
    with pytest.raises(ReleaseError, match="plain Python") as caught:
        strip_solution(cell("y = 1", line), where="nb")
    assert "line 3" in caught.value.where or "line 4" in caught.value.where


def test_stripped_code_that_does_not_parse_stops_the_release():
    source = cell("return 5", "x = 1")
    with pytest.raises(ReleaseError, match="valid Python"):
        strip_solution(source, where="nb")


def test_no_right_side_survives():
    solution = "np.mean(grads, axis=(0, 1))"
    source = cell(
        f"w = {solution}",
        f"w[0]: int = {solution}",
        f"f({solution})",
        f"for i in {solution}: pass",
        f"try: a = 1\nexcept {solution}: a = 2",
        f"with {solution} as g: pass",
    )
    assert "mean" not in strip_solution(source, where="nb")


@pytest.mark.parametrize(
    "line",
    [
        "return f(x)  # SECRET",
        "x = f(  # SECRET\n    y)",
        "a[  # SECRET\n    0] = 5",
        "pass; x = 1  # SECRET",
        "for i in f(x):  # SECRET\n    y = i",
        "if f(x): y = 1  # SECRET",
        "try:  # SECRET\n    y = 1\nfinally:  # SECRET\n    y = 2",
        "if f(x):\n    y = 1\nelse:  # SECRET\n    y = 2",
        "def g(x):  # SECRET\n    return x",
        '"""A hint."""  # SECRET\nx = 1',
    ],
)
def test_a_comment_behind_the_solutions_code_goes_with_it(line):
    inside = textwrap.indent(f"# How it is done\n{line}", "    ")
    source = f"def f(x):\n    {START}\n{inside}\n    {END}\n    return y  # given"
    stripped = strip_solution(source, where="nb")
    assert "SECRET" not in stripped
    assert "# How it is done" in stripped
    assert "return y  # given" in stripped


def test_a_dropped_first_statement_leaves_the_marker():
    source = (
        f"def f():\n    {START}\n    # How\n    a = 1  # @drop\n    b = 2\n    {END}\n    return b"
    )
    assert strip_solution(source, where="nb") == (
        f"def f():\n    {STUDENT_START}\n    b = None\n    {END}\n    return b"
    )


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["for i in s():  # @drop", "    a = 1", "b = 2"], ["b = None"]),
        (["if s(): a = 1  # @drop", "b = 2"], ["b = None"]),
        (["if s(): a = 1  # @keep", "b = 2"], ["if s(): a = 1", "b = None"]),
        (["if s():  # @drop", "    a = 1", "else:", "    a = 2", "b = 2"], ["b = None"]),
    ],
)
def test_directives_on_whole_statements(lines, left):
    assert strip_solution(cell(*lines), where="nb").split("\n")[1:-1] == left


@pytest.mark.parametrize(
    "lines",
    [
        ["if q:", "    a = 1", "else:  # @keep", "    a = 2"],
        ["if q:", "    a = 1", "elif s():  # @drop", "    a = 2"],
        ["a = 1", "# @keep"],
    ],
)
def test_a_directive_without_effect_stops_the_release(lines):
    with pytest.raises(ReleaseError, match="no effect"):
        strip_solution(cell(*lines), where="nb")


@pytest.mark.parametrize(
    "lines",
    [
        ["match s():", "    case 1:", "        a = 2"],
        ["def helper(a=s()):", "    return a"],
        ["@s", "def helper(a):", "    return a"],
        ["class Helper(s()):", "    a = 1"],
    ],
)
def test_what_would_show_a_part_of_the_solution_stops_the_release(lines):
    with pytest.raises(ReleaseError, match="in a solution region"):
        strip_solution(cell(*lines), where="nb")


def test_a_statement_across_a_marker_stops_the_release():
    source = f"{START}\na = 1\nb = (\n    2 +\n    {END}\n    3)"
    with pytest.raises(ReleaseError):
        strip_solution(source, where="nb")


if __name__ == "__main__":
    for one in NAMES:
        text = strip_solution((GOLDEN / "before" / one).read_text(), where=one)
        (GOLDEN / "after" / one).write_text(text)
