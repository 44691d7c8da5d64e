"""A course of one exercise, with both: what is equal, and what is not."""

import nbformat
import pytest

from benchmarks import adoption
from benchmarks.adoption.compare import Difference
from benchmarks.adoption.courses import COURSES, PublicCourse
from benchmarks.adoption.meant import Meant
from benchmarks.adoption.trial import found_before
from engine.tests.coursework import cell, notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.programs, pytest.mark.slow]

COURSE = PublicCourse("somebody/tiny", folders=("source/*",), kernels=("my-own-python",))
# Of one point, and gives four without an answer: nbgrader then gives up on the submission.
TOO_MUCH = "globals().get('answer', 5) - 1"


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    root = tmp_path_factory.mktemp("adoption")
    source = root / "courses" / "somebody+tiny" / "source" / "a"
    source.mkdir(parents=True)
    nb = notebook(
        [
            cell("solution", "solution", "### BEGIN SOLUTION\nanswer = 2\n### END SOLUTION"),
            cell("right", "test", "assert answer == 2"),
            cell("too-much", "test", TOO_MUCH),
        ]
    )
    nb.metadata["kernelspec"]["name"] = "my-own-python"
    nbformat.write(nb, source / "a.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adoption, "COURSES", (COURSE, *COURSES))
        page = root / "page.md"
        figures = adoption.figures(root / "courses", root / "work", write=page)
    (row,) = found_before(root / "work" / "somebody+tiny")
    return figures, row, page.read_text()


def test_what_is_equal_is_counted(tried):
    figures, row, page = tried
    assert (row.cells, row.scores, row.notes) == (3, 8, [])
    assert figures["adoption_scores"] == 8
    assert figures["adoption_released_cells"] == 3
    assert "| a | 3 | 2 of 2 |  | 8 | 5 |" in page


def test_what_is_not_equal_is_named_and_not_meant_unless_somebody_says_why(tried):
    figures, row, page = tried
    *scores, grading = row.differences
    assert "ValueError: partial credit" in grading.stock
    assert grading.engine == "graded"
    assert scores == [
        Difference(f"{student} / a / {test}", stock, "0 of 1, by hand")
        for student in ("raises", "untouched")
        for test, stock in (("right", "0 of 1"), ("too-much", "nothing of 1, by hand"))
    ]
    assert figures["adoption_differences_not_meant"] == 4
    assert "**Not explained.**" in page
    assert (
        "raises / a / too-much: with nbgrader nothing of 1, by hand, "
        "with the engine 0 of 1, by hand" in page
    )


def test_a_reason_makes_it_meant(tried, monkeypatch):
    _, row, _ = tried
    monkeypatch.setattr("benchmarks.adoption.meant.MEANT", (Meant("Because.", where="too-much$"),))
    figures = adoption.counted([row])
    assert figures["adoption_differences_not_meant"] == 3
    assert figures["adoption_differences_meant"] == 2
