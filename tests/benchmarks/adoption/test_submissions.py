import nbformat
import pytest

from benchmarks.adoption.layout import Handed
from benchmarks.adoption.submissions import MADE, RAISES, hand_in, made_of
from engine.tests.coursework import cell, notebook

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


def solution(name):
    return f"### BEGIN SOLUTION\n{name} = 1\n### END SOLUTION"


@pytest.fixture
def pair():
    """A source and its student version, with a header that the source does not have."""
    about = [("t", "test", "assert a"), *((name, "solution", None) for name in "abc")]
    source = notebook(cell(n, kind, text or solution(n)) for n, kind, text in about)
    released = notebook(cell(n, kind, text or STUB) for n, kind, text in about)
    released.cells.insert(0, nbformat.v4.new_code_cell("NAME = ''"))
    return source, released


def test_solutions_go_where_students_write_them(pair):
    made = {student: [c.source for c in nb.cells] for student, nb in made_of(*pair).items()}
    assert tuple(made) == MADE
    assert made == {
        "solved": ["NAME = ''", "assert a", "a = 1\n", "b = 1\n", "c = 1\n"],
        "untouched": ["NAME = ''", "assert a", STUB, STUB, STUB],
        "half": ["NAME = ''", "assert a", "a = 1\n", STUB, "c = 1\n"],
        "raises": ["NAME = ''", "assert a", f"{RAISES}\na = 1\n", "b = 1\n", "c = 1\n"],
    }


def test_students_hand_in_the_files_that_they_received(pair, tmp_path):
    for folder, nb in zip(("source", "release"), pair, strict=True):
        (tmp_path / folder / "a").mkdir(parents=True)
        nbformat.write(nb, tmp_path / folder / "a" / "a.ipynb")
    (tmp_path / "release" / "a" / "data.txt").write_text("1")
    own = tmp_path / "own.ipynb"
    nbformat.write(pair[1], own)
    hand_in(tmp_path, "a", [Handed("ann", {"a.ipynb": own})])
    found = {str(p.relative_to(tmp_path / "submitted")) for p in tmp_path.glob("submitted/*/a/*")}
    files = {f"{student}/a/{name}" for student in MADE for name in ("a.ipynb", "data.txt")}
    assert found == {*files, "ann/a/a.ipynb"}
    untouched = tmp_path / "submitted" / "untouched" / "a" / "a.ipynb"
    assert nbformat.read(untouched, as_version=4) == pair[1]
