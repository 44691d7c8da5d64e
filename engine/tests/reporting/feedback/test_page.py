import pytest

from proctor.contract import Picture
from proctor.reporting.feedback.cell_views import View
from proctor.reporting.feedback.output_views import Shown
from proctor.reporting.feedback.page import Page
from proctor.reporting.feedback.summary import Row, Summary


@pytest.fixture
def page():
    row = Row(
        name="UNQ_C1 double",
        points=2.5,
        max_points=4,
        status="Partly right",
        kind="partial",
        message="Look at <b>step</b> 4.",
        comment="Nearly.",
        anchor="cell-1",
        pictures=(Picture("Your map", 'a "map"', b"\xff\xd8\xff"),),
    )
    waiting = Row("essay", None, 3, "Waits for a mark by hand", "waiting")
    cells = (
        View("cell-1", "code", "Your answer", "<span>x</span>", (Shown("text", "1 < 2"),)),
        View("cell-2", "text", "", "<p>prose</p>", (Shown("text", "x\n" * 30, 31),)),
    )
    return Page("tiny", "exercise", "ann", Summary((row, waiting), 2.5, 7, 0.5, "A remark."), cells)


def test_a_page_says_what_there_is_to_say(page):
    html = page.to_html()
    for part in (
        "<h1>tiny</h1>", "<strong>2.5</strong> of 7 points", "A remark.", "Partly right",
        "Look at &lt;b&gt;step&lt;/b&gt; 4.", "Nearly.", "– of 3 points", 'alt="a &#34;map&#34;"',
        "0.5 points are taken off", "1 &lt; 2", "Output, 31 lines", "<p>prose</p>",
        '<a href="#cell-1">UNQ_C1 double</a>',
    ):  # fmt: skip
        assert part in html


def test_a_page_needs_nothing_else_and_runs_nothing(page):
    html = page.to_html()
    assert "default-src 'none'" in html
    for word in ("<script", "<link", "http://", "https://", 'src="/', "@import"):
        assert word not in html


def test_without_a_notebook_there_is_the_summary_alone():
    html = Page("tiny", "exercise", "ann", Summary((), 0, 4)).to_html()
    assert "There is none to show." in html
