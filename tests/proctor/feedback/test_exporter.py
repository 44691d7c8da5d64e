import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from proctor.feedback.exporter import FeedbackExporter
from proctor.running.results import ExerciseResult, Receipt


@pytest.fixture
def exported(tmp_path):
    """Export a graded notebook that lies in a folder, with or without a receipt."""

    def run(receipt="there"):
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
        nb = new_notebook(cells=[test])
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
