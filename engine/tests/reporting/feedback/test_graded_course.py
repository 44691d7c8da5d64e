"""The feedback page of a small course in nbgrader's own style, graded in the kernel."""

from __future__ import annotations

import html
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import BaseCell, Comment, Gradebook

from engine.tests.coursework import cell, notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

CONFIG = """
from proctor.nbgrader import adopt
c = get_config()
c.CourseDirectory.course_id = "look"
c.Examine.verdict = "in-kernel"
adopt(c)
"""
IDS = [f"cell-862c133b01d66f6{n}" for n in range(8)]
HIDDEN = "assert mean([98765]) == 98765, mean([98765])"
CELLS = [
    new_markdown_cell("# Homework\n\n\\begin{align}\na &= b \\\\\n- c &= d\n\\end{align}"),
    new_code_cell("# plot what you like\nlimit = 3"),
    new_markdown_cell("## Question 1"),
    cell(
        IDS[0],
        "solution",
        "def mean(x):\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION",
    ),
    cell(IDS[1], "test", "assert mean([2]) == 2, 'Divide by the <count>.'"),
    cell(IDS[2], "test", "assert mean([2])\nassert mean([2, 2]) == 2"),
    cell(IDS[3], "test", f"### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"),
    cell(IDS[4], "test", "assert mode([1]) == 1"),
]
OWN = r"""
from IPython.display import HTML, SVG, Latex, Markdown, display
display(Markdown('**my result is 42**'))
display(HTML('<p>paragraph 4711</p><script>document.title = "taken"</script>'))
display(Latex(r'\begin{gather} x \\ y \end{gather}'))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script><g/></svg>'))
display({'application/vnd.plotly.v1+json': {'data': []}}, raw=True)
"""


def by_hand(grade_id, **about):
    made = new_markdown_cell("Explain.")
    about = {"grade": True, "solution": True, "locked": False, **about}
    made.metadata["nbgrader"] = {
        **cell(grade_id, "test", "").metadata.nbgrader, "cell_type": "markdown", **about,
    }  # fmt: skip
    return made


def comment_everywhere(root):
    """Comment on each cell that can have one, as formgrader stores it, and on a test."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "look") as gradebook:
        submitted = gradebook.find_submission_notebook("a", "a", "ann")
        there = {comment.cell_id for comment in submitted.comments}
        for base in gradebook.db.query(BaseCell).filter(BaseCell.name != IDS[5]):
            if base.type == "SourceCell":
                continue
            if base.id not in there and base.name in (IDS[1], IDS[4]):
                gradebook.db.add(Comment(cell_id=base.id, notebook_id=submitted.id))
        gradebook.db.commit()
        for comment in gradebook.find_submission_notebook("a", "a", "ann").comments:
            if comment.name != IDS[5]:
                comment.manual_comment = f"On {comment.name[-1]}: mind x<0"
        gradebook.db.commit()


@pytest.fixture(scope="module")
def page(tmp_path_factory, run):
    root = tmp_path_factory.mktemp("looked")
    (root / "nbgrader_config.py").write_text(CONFIG)
    (root / "source" / "a").mkdir(parents=True)
    task = by_hand(IDS[6], grade=False, solution=False, locked=True, task=True)
    cells = [*CELLS, new_markdown_cell("## Question 2"), by_hand(IDS[5]), task, by_hand(IDS[7])]
    nbformat.write(notebook(cells), root / "source" / "a" / "a.ipynb")
    assert run(root, "release", "a").returncode == 0
    nb = nbformat.read(root / "release" / "a" / "a.ipynb", as_version=4)
    nb.cells[3].source = "def mean(x):\n    return 1"
    nb.cells[-1].source = "Because."
    nb.cells.append(new_code_cell(OWN))
    place = root / "submitted" / "ann" / "a"
    place.mkdir(parents=True)
    nbformat.write(nb, place / "a.ipynb")
    done = run(root, "grade", "a", "--jobs=1")
    assert done.returncode == 0, done.stderr
    comment_everywhere(root)
    done = run(root, "feedback", "a")
    assert done.returncode == 0, done.stderr
    return (root / "feedback" / "ann" / "a" / "a.html").read_text()


def test_exercises_have_readable_names(page):
    names = re.findall(r'<h3><a href="#cell-\d+">(.*?)</a></h3>', page)
    assert names == [
        "Question 1: mean (1)", "Question 1: mean (2)", "Question 1: mean (3)",
        "Question 1: mean (4)", "Question 2 (1)", "Question 2 (2)", "Question 2 (3)",
    ]  # fmt: skip
    assert "cell-862c" not in page.partition('id="notebook"')[0]


def test_a_failed_test_gets_a_sentence(page):
    summary = page.partition('id="notebook"')[0]
    for sentence in (
        "Divide by the &lt;count&gt;.\n", "A test does not pass: mean([2, 2]) == 2\n",
        "A test does not pass.\n", "The test stopped with NameError: name &#39;mode&#39;",
    ):  # fmt: skip
        assert sentence in summary
    assert "98765" not in page


def test_comments_on_any_cell_reach_the_page_and_automatic_ones_do_not(page):
    summary, _, shown = page.partition('id="notebook"')
    for place in (summary, shown):
        assert re.findall(r"On (\d): mind x&lt;0", place) == ["0", "1", "4", "6", "7"]
    assert "No response" not in page
    assert "Not done" in summary


def test_only_own_cells_are_called_so(page):
    assert page.count("A cell of your own") == 1
    assert page.index("A cell of your own") > page.index("plot what you like")


def test_what_code_has_shown_is_there_and_runs_nothing(page):
    assert "<strong>my result is 42</strong>" in page
    assert "<p>paragraph 4711</p>" in page
    assert page.count("<mtr>") == 4
    assert 'src="data:image/svg+xml;base64,' in page
    assert "an interactive plot (Plotly)" in html.unescape(page)
    assert "<script" not in page
    assert (
        "IPython.core.display" not in page.partition("A cell of your own")[2].partition("output")[2]
    )
