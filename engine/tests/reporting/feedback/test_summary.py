import re
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.coursedir import CourseDirectory

from proctor.checks import Picture
from proctor.execution.scored_outputs import picture_output
from proctor.grading.graded_files import attention_folder, students_without_notebook
from proctor.reporting.feedback.exporter import write_pages_of_unrun
from proctor.reporting.feedback.summary import summarize, without_notebook
from proctor.results import IN_KERNEL, ExerciseResult, Receipt

ABOUT = {"score": 3.0, "max_score": 7.0, "late_penalty": 0}
RESULT = ExerciseResult(
    "double", "UNQ_C1", 2, 4, "partial", "Look at /secret/x.", test="double-test", seed="abc"
)


def marked(source, grade_id, **about):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade_id": grade_id, "grade": False, "solution": False, "locked": True, "task": False,
        **about,
    }  # fmt: skip
    return cell


def receipt(*results, **about):
    return Receipt("tiny", "exercise.ipynb", results, **about)


def summary(cells, *results, names=None, **about):
    nb, scrub = new_notebook(cells=cells), lambda t: t.replace("/secret", "...")
    return summarize(nb, receipt(*results, **about), ABOUT, scrub, names)


def rows(cells, *results, **about):
    return summary(cells, *results, **about).rows


def graded(**about):
    return marked("test", "double-test", grade=True, points=4.0, **about)


def test_a_row_has_the_verdict_and_the_gradebooks_points():
    solution = marked("# UNQ_C1 (UNIQUE)\n", "double", solution=True, comment="Nearly.")
    (row,) = rows([solution, graded(score=2.5)], RESULT)
    assert (row.name, row.points, row.max_points) == ("UNQ_C1 double", 2.5, 4)
    assert (row.status, row.kind, row.comment) == ("Partly right", "partial", "<p>Nearly.</p>\n")
    assert row.message == "Look at .../x."
    assert row.anchor == "cell-1"


@pytest.mark.parametrize(
    ("about", "status", "points"),
    [
        ({"waiting": True, "score": 0}, "Waits for a mark by hand", None),
        ({"by_hand": True, "score": 3}, "Marked by hand", 3),
        ({"score": 4}, "Passed", 4),
        ({"score": 0}, "Not right yet", 0),
        ({"score": 1}, "Partly right", 1),
    ],
)
def test_what_no_check_judged(about, status, points):
    (row,) = rows([graded(**about)])
    assert (row.status, row.points) == (status, points)


def test_an_answer_that_was_not_begun_is_not_done():
    (row,) = rows([graded(score=0, unanswered=True, solution=True)])
    assert (row.status, row.points, row.comment) == ("Not done", 0, "")


def answer(name, **about):
    return marked(f"def {name}(): ...", name, solution=True, locked=False, **about)


def test_comments_on_any_cell_are_in_the_summary():
    found = summary(
        [
            marked("import x", "given", comment="On a given cell."),
            answer("a", comment="On a."),
            answer("b", comment="On b."),
            marked("test", "t1", grade=True, points=4, comment="On the test."),
            marked("essay", "t2", grade=True, solution=True, points=1, comment="On the essay."),
            marked("task", "t3", task=True, points=1, comment="On the task."),
            answer("c", comment="On c."),
        ],
        replace(RESULT, cell="", test="t1"),
    )
    told = [re.findall("<p>(.*?)</p>", row.comment) for row in found.rows]
    assert told == [["On a.", "On b.", "On the test."], ["On the essay."], ["On the task."]]
    rest = [(one.anchor, one.comment) for one in found.comments]
    assert rest == [("cell-1", "<p>On a given cell.</p>\n"), ("cell-7", "<p>On c.</p>\n")]


def test_a_comment_goes_with_its_exercise_wherever_the_test_is():
    found = summary(
        [
            marked("# UNQ_C1 (UNIQUE)\n", "double", solution=True, comment="Nearly."),
            marked("other", "other", grade=True, points=1),
            graded(score=2),
        ],
        RESULT,
    )
    assert ["Nearly" in row.comment for row in found.rows] == [True, False]


def test_a_readable_name_stands_for_an_id_that_says_nothing():
    named = replace(RESULT, cell="", id="cell-862c133b01d66f6e", name="Question 1")
    assert rows([graded(score=2)], named)[0].name == "Question 1"
    assert rows([graded(score=2)], names={"double-test": "Part 2"})[0].name == "Part 2"


def test_pictures_are_ours_only_where_we_judged():
    picture = Picture("Your map", "a map", b"\xff\xd8\xff")
    for verdict, count in (("outside", 1), ("in-kernel", 0)):
        cell = graded(score=2)
        cell.outputs = [picture_output(picture)]
        result = ExerciseResult(
            "double", "", 2, 4, "partial", "m", verdict=verdict, test="double-test"
        )
        (row,) = rows([cell], result)
        assert len(row.pictures) == count


def test_a_test_that_ran_in_the_notebooks_kernel_says_so():
    result = replace(RESULT, message=IN_KERNEL, verdict="in-kernel")
    (row,) = rows([graded(score=2)], result)
    assert row.message.startswith("This test ran in your notebook's own kernel")
    (row,) = rows([graded(score=2)], replace(result, message="Mind the sign at /secret/x."))
    assert row.message.startswith("Mind the sign at .../x.\nThis test ran")


def test_one_that_was_stopped_is_told_so_without_the_reason():
    nb = new_notebook(cells=[graded(score=0)])
    about = {"status": "needs_attention", "stopped": True}
    stopped = receipt(RESULT, reason="it used 9 GiB on host-7", **about)
    found = summarize(nb, stopped, ABOUT, str)
    assert "stopped before its end" in found.remark
    assert "host-7" not in found.remark


def test_one_that_waits_for_staff_is_not_said_to_have_been_stopped():
    nb = new_notebook(cells=[graded(score=0)])
    unsure = receipt(RESULT, status="needs_attention", reason="two files have the same cells")
    assert "points below may change" in summarize(nb, unsure, ABOUT, str).remark


def test_without_a_receipt_the_gradebook_speaks():
    found = summarize(new_notebook(cells=[graded(score=4)]), None, ABOUT, str)
    assert found.rows[0].status == "Passed"
    assert found.remark == ""


def test_what_could_not_be_run_has_a_summary_too():
    found = without_notebook(receipt(RESULT, status="needs_attention", reason="no JSON at /x"))
    assert found.points == 0
    assert [row.status for row in found.rows] == ["Not done"]
    assert "/x" not in found.remark


UNGRADED = ExerciseResult("double", "UNQ_C1", 0, 4, "missing", "It could not be graded.")


def test_each_notebook_that_could_not_be_run_gets_a_page(tmp_path):
    coursedir = CourseDirectory(root=str(tmp_path))
    folder = attention_folder(coursedir, "tiny", "dee")
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        receipt = Receipt(
            "tiny", f"{name}.ipynb", (UNGRADED,), status="needs_attention", reason="secret words"
        )
        (folder / f"{name}.receipt.json").write_text(receipt.to_json())
    (folder / "c.receipt.json").write_text("damaged")
    assert students_without_notebook(coursedir, "tiny") == ["dee"]
    assert students_without_notebook(coursedir, "t*") == []
    pages = write_pages_of_unrun(coursedir, "tiny", "dee")
    assert [str(p.relative_to(tmp_path)) for p in pages] == [
        "feedback/dee/tiny/a.html",
        "feedback/dee/tiny/b.html",
    ]
    text = pages[0].read_text()
    assert "It could not be graded." in text
    assert "secret words" not in text


def test_of_nobody_there_is_no_page(tmp_path):
    assert write_pages_of_unrun(CourseDirectory(root=str(tmp_path)), "tiny", "ann") == []
