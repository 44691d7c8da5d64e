from nbgrader.coursedir import CourseDirectory

from proctor.grading.receipt_files import attention_folder, students_set_aside
from proctor.reporting.feedback.summary_only import write_unrun
from proctor.results import ExerciseResult, Receipt

RESULT = ExerciseResult("double", "UNQ_C1", 0, 4, "missing", "It could not be graded.")


def test_each_notebook_that_could_not_be_run_gets_a_page(tmp_path):
    coursedir = CourseDirectory(root=str(tmp_path))
    folder = attention_folder(coursedir, "tiny", "dee")
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        receipt = Receipt(
            "tiny", f"{name}.ipynb", (RESULT,), status="needs_attention", reason="secret words"
        )
        (folder / f"{name}.receipt.json").write_text(receipt.to_json())
    (folder / "c.receipt.json").write_text("damaged")
    assert students_set_aside(coursedir, "tiny") == ["dee"]
    assert students_set_aside(coursedir, "t*") == []
    pages = write_unrun(coursedir, "tiny", "dee")
    assert [str(p.relative_to(tmp_path)) for p in pages] == [
        "feedback/dee/tiny/a.html",
        "feedback/dee/tiny/b.html",
    ]
    text = pages[0].read_text()
    assert "It could not be graded." in text
    assert "secret words" not in text


def test_of_nobody_there_is_no_page(tmp_path):
    assert write_unrun(CourseDirectory(root=str(tmp_path)), "tiny", "ann") == []
