import os
import signal
import time
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.coursedir import CourseDirectory

from proctor.checks import Picture
from proctor.reporting.feedback.cell_views import View
from proctor.reporting.feedback.exporter import BUDGET, FeedbackExporter, Page, keep_only_pages
from proctor.reporting.feedback.output_views import Shown
from proctor.reporting.feedback.summary import CellComment, ExerciseRow, Summary
from proctor.results import ExerciseResult, Receipt


@pytest.fixture
def exported(tmp_path):
    """Export a graded notebook that lies in a folder, with or without a receipt."""

    def run(receipt="there", cells=()):
        test = new_code_cell("print(1)")
        test.metadata["nbgrader"] = {
            "grade_id": "t", "grade": True, "solution": False, "locked": True, "task": False,
            "score": 2.0, "points": 4.0,
        }  # fmt: skip
        test.outputs = [new_output("stream", name="stdout", text=f"in {tmp_path}/x\n")]
        result = ExerciseResult("double", "UNQ_C1", 2, 4, "partial", "Look again.", test="t")
        path = tmp_path / "n.receipt.json"
        if receipt == "there":
            path.write_text(Receipt("tiny", "n.ipynb", (result,)).to_json())
        elif receipt is not None:
            path.write_text(receipt)
        about = {
            "assignment": "tiny", "notebook": "n", "student": "ann", "score": 2.0,
            "max_score": 4.0, "late_penalty": 0,
        }  # fmt: skip
        exporter = FeedbackExporter()
        exporter.config.CourseDirectory.root = str(tmp_path)
        nb = new_notebook(cells=[test, *cells])
        html, resources = exporter.from_notebook_node(
            nb, {"nbgrader": about, "metadata": {"path": str(tmp_path)}}
        )
        assert nb.cells[0].source == "print(1)"
        return html, resources

    return run


def test_a_page_is_made_of_notebook_receipt_and_scores(exported):
    html, resources = exported()
    assert "Look again." in html
    assert "<strong>2</strong> of 4 points" in html
    assert resources["output_extension"] == ".html"


def test_the_courses_folder_is_not_named(exported, tmp_path):
    html, _ = exported()
    assert "in .../x" in html
    assert str(tmp_path) not in html


@pytest.mark.parametrize("receipt", [None, "{", "[]", '{"version": 1}'])
def test_without_a_receipt_there_is_what_the_gradebook_says(exported, receipt):
    html, _ = exported(receipt)
    assert "Partly right" in html
    assert "Look again." not in html


def never(*_):
    while True:
        pass


def large(*_):
    return ["x" * (BUDGET.max_bytes + 1)]


def memory(*_):
    return [bytes(1 << 20) for _ in range(10_000)]


def crash(*_):
    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.mark.parametrize("views", [never, large, memory, crash])
def test_what_a_notebook_does_to_a_parser_costs_it_its_cells_alone(exported, monkeypatch, views):
    exported()
    monkeypatch.setattr(
        "proctor.reporting.feedback.exporter.BUDGET", replace(BUDGET, cpu_seconds=1)
    )
    monkeypatch.setattr("proctor.reporting.feedback.exporter.views", views)
    started = time.monotonic()
    html, _ = exported()
    assert "Look again." in html
    assert "<strong>2</strong> of 4 points" in html
    assert "Your notebook is left out here" in html
    assert 'href="#cell-' not in html
    assert time.monotonic() - started < 60


def test_a_page_full_of_bombs_is_small_and_takes_seconds(exported):
    bomb = "".join(f"<i a={n:x}>" for n in range(1000)) + "<p>x" * 2500
    shown = [new_output("display_data", data={"text/html": f"<table>{bomb * 8}"})] * 4
    cells = [*(new_markdown_cell(bomb) for _ in range(3)), new_code_cell("1", outputs=shown)]
    started = time.process_time()
    html, _ = exported(cells=cells)
    assert "too long to show" in html
    assert "<strong>2</strong> of 4 points" in html
    assert len(html) < 200_000
    assert time.process_time() - started < 10


@pytest.fixture
def page():
    row = ExerciseRow(
        name="UNQ_C1 double",
        points=2.5,
        max_points=4,
        status="Partly right",
        kind="partial",
        message="Look at <b>step</b> 4.",
        comment="<p>Nearly.</p>",
        anchor="cell-1",
        pictures=(Picture("Your map", 'a "map"', b"\xff\xd8\xff"),),
    )
    waiting = ExerciseRow("essay", None, 3, "Waits for a mark by hand", "waiting")
    cells = (
        View("cell-1", "code", "Your answer", "<span>x</span>", (Shown("text", "1 < 2"),)),
        View("cell-2", "text", "", "<p>prose</p>", (Shown("text", "x\n" * 30, 31),)),
        View(
            "cell-3",
            "code",
            "",
            "y",
            (
                Shown("note", "Left out: <x>"),
                Shown("html", "<b>safe</b>"),
                Shown("picture", "data:image/png;base64,AAAA", width=300),
            ),
        ),
    )
    extra = (CellComment("cell 1", "<p>Well begun.</p>", "cell-1"),)
    summary = Summary((row, waiting), 2.5, 7, 0.5, "A remark.", comments=extra)
    return Page("tiny", "exercise", "ann", summary, cells)


def test_a_page_says_what_there_is_to_say(page):
    html = page.to_html()
    for part in (
        "<h1>tiny</h1>", "<strong>2.5</strong> of 7 points, 3 by hand", "A remark.", "Partly right",
        "Look at &lt;b&gt;step&lt;/b&gt; 4.", "Nearly.", "– of 3 points", 'alt="a &#34;map&#34;"',
        "0.5 points are taken off", "1 &lt; 2", "Output, 31 lines", "<p>prose</p>",
        '<a href="#cell-1">UNQ_C1 double</a>', '<a href="#cell-1">On cell 1</a>', "Well begun.",
        '<p class="note">Left out: &lt;x&gt;</p>', "<b>safe</b>", 'width="300"',
    ):  # fmt: skip
        assert part in html


def test_given_cells_of_a_long_notebook_are_folded(page):
    given = [View(f"g-{n}", "text", "", "x", given=True, title="<Part>") for n in range(30)]
    html = replace(page, cells=(*given, *page.cells)).to_html()
    assert '<details class="given"><summary>30 given cells: &lt;Part&gt;</summary>' in html
    assert html.index("g-29") < html.index("</details>") < html.index('id="cell-1"')


def test_a_page_needs_nothing_else_and_runs_nothing(page):
    html = page.to_html()
    assert "default-src 'none'" in html
    for word in ("<script", "<link", "http://", "https://", 'src="/', "@import"):
        assert word not in html


def test_without_a_notebook_there_is_the_summary_alone():
    html = Page("tiny", "exercise", "ann", Summary((), 0, 4)).to_html()
    assert "There is none to show." in html


@pytest.fixture
def folders(tmp_path):
    graded, feedback = (tmp_path / stage / "ann" / "tiny" for stage in ("autograded", "feedback"))
    graded.mkdir(parents=True)
    feedback.mkdir(parents=True)
    (graded / "hw.ipynb").write_text("{}")
    return CourseDirectory(root=str(tmp_path)), graded, feedback


def test_only_pages_of_graded_notebooks_stay(folders):
    coursedir, graded, feedback = folders
    for name in ("hw.html", "other.html", "notes.txt", "timestamp.txt"):
        (feedback / name).write_text(name)
    (feedback / "data").mkdir()
    (feedback / "data" / "x").write_text("x")
    keep_only_pages(coursedir, "tiny", "ann", graded)
    assert sorted(path.name for path in feedback.iterdir()) == ["hw.html", "timestamp.txt"]


def test_a_folder_or_link_under_a_pages_name_goes(folders, tmp_path):
    coursedir, graded, feedback = folders
    outside = tmp_path / "outside"
    outside.mkdir()
    (feedback / "hw.html").mkdir()
    (feedback / "link.html").symlink_to(outside)
    keep_only_pages(coursedir, "tiny", "ann", graded)
    assert list(feedback.iterdir()) == []
    assert outside.is_dir()


def test_before_there_is_a_folder_nothing_is_done(folders):
    coursedir, graded, feedback = folders
    feedback.rmdir()
    keep_only_pages(coursedir, "tiny", "ann", graded)
    assert not feedback.exists()
