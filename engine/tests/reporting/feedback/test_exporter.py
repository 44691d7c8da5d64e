import os
import signal
import time
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from proctor.reporting.feedback.exporter import BUDGET, FeedbackExporter
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
    return ["x" * (BUDGET.most_bytes + 1)]


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
