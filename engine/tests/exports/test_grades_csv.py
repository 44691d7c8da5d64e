import csv
import hashlib
import io

import pytest

from engine.tests.exports.marked_class import UNSEEN
from proctor.cell_labels import CellKey
from proctor.exports.grades import Grade, Grades, Person, read_grades
from proctor.exports.grades_csv import grades_csv
from proctor.files.atomic import write_text
from proctor.graded_cells import GradedCell
from proctor.results import ExerciseResult, Receipt

COLUMNS = [
    "student", "double", "total", "late_penalty", "max_score", "by_hand", "status", "reason",
    "in_kernel", "receipt",
]  # fmt: skip


def rows(path, gradebook, **receipts):
    write_text(path, grades_csv(read_grades(gradebook, "tiny", receipts)))
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return {row["student"]: row for row in reader}


def test_points_penalty_and_status(tmp_path, gradebook):
    ann = rows(tmp_path / "g.csv", gradebook, ann=[Receipt("tiny", "n.ipynb", ())])["ann"]
    assert (ann["double"], ann["total"], ann["late_penalty"]) == ("3.0", "2.0", "1.0")
    assert (ann["max_score"], ann["status"], ann["reason"]) == ("4.0", "graded", "")


def test_what_needs_a_human_says_why(tmp_path, gradebook):
    receipt = Receipt("tiny", "n.ipynb", (), status="needs_attention", reason="=1+1 \x1b[31mbad")
    ann = rows(tmp_path / "g.csv", gradebook, ann=[receipt])["ann"]
    assert (ann["status"], ann["reason"]) == ("needs_attention", "'=1+1 bad")


def test_tests_that_the_students_kernel_judged_are_named(tmp_path, gradebook):
    results = tuple(
        ExerciseResult(name, "", 1, 1, "passed", "", verdict=verdict, test=name)
        for name, verdict in [("=a", "in-kernel"), ("b", "outside"), ("c", "in-kernel")]
    )
    found = rows(tmp_path / "g.csv", gradebook, ann=[Receipt("tiny", "n.ipynb", results)])
    assert (found["ann"]["in_kernel"], found["bob"]["in_kernel"]) == ("'=a c", "")


def test_missing_work_and_work_that_was_not_graded_are_told_apart(tmp_path, gradebook):
    found = rows(tmp_path / "g.csv", gradebook)
    assert found["ann"]["status"] == "not_graded"
    assert (found["bob"]["status"], found["bob"]["total"]) == ("missing", "")


def test_an_id_that_looks_like_a_formula_is_made_harmless(tmp_path, gradebook):
    assert "'=cmd()" in rows(tmp_path / "g.csv", gradebook)


def test_a_failure_leaves_the_old_file(tmp_path, gradebook):
    path = tmp_path / "g.csv"
    path.write_text("old")
    with pytest.raises(AttributeError):
        rows(path, gradebook, ann=[None])
    assert path.read_text() == "old"


def test_the_receipts_hash_is_that_of_their_files(tmp_path, gradebook, receipt):
    receipts = [receipt(), receipt(seconds=2.25)]
    for index, one in enumerate(receipts):
        (tmp_path / f"{index}.receipt.json").write_text(one.to_json())
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*.receipt.json")))
    found = rows(tmp_path / "g.csv", gradebook, ann=receipts)
    assert found["ann"]["receipt"] == hashlib.sha256(files).hexdigest()
    assert found["bob"]["receipt"] == ""


def read(grades):
    return list(csv.reader(io.StringIO(grades_csv(grades))))


def test_what_waits_for_a_mark_is_empty_and_cells_of_the_same_id_have_columns_of_their_own(
    read_marked,
):
    header, *found = read(read_marked())
    assert header[1:6] == ["m/t1", "why", "n/t1", "code", "task1"]
    assert header[6:11] == ["total", "late_penalty", "max_score", "by_hand", "status"]
    assert {row[0]: row[1:12] for row in found} == {
        "ann": [
            "2.0", "", "4.0", "", "", "6.0", "0.0", "15.0", "8.0", "needs_manual_grade",
            "marks by hand are outstanding: why, code, task1",
        ],
        "bob": ["2.0", "2.5", "4.0", "0.0", "4.0", "12.5", "0.0", "15.0", "0", "graded", ""],
        "cy": [
            "2.0", "1.5", "4.0", "", "", "7.5", "0.0", "15.0", "5.0", "needs_manual_grade",
            "marks by hand are outstanding: code, task1",
        ],
        "dee": ["0.0", "0.0", "0.0", "0.0", "0.0", "0.0", "0.0", "15.0", "0", "graded", ""],
    }  # fmt: skip


def test_a_mark_given_in_formgrader_is_there_the_next_time(marked, read_marked):
    for key in UNSEEN:
        grade = marked.find_grade(key.cell, key.notebook, "h", "ann")
        grade.manual_score, grade.needs_manual_grade = 1.0, False
    marked.db.commit()
    ann = next(row for row in read(read_marked()) if row[0] == "ann")
    assert ann[1:11] == ["2.0", "1.0", "4.0", "1.0", "1.0", "9.0", "0.0", "15.0", "0", "graded"]


def test_tests_of_the_same_id_are_told_apart_where_the_kernel_judged_them(marked):
    result = ExerciseResult("t1", "", 1, 2, "partial", "", verdict="in-kernel", test="t1")
    receipts = [Receipt("h", "m.ipynb", ()), Receipt("h", "n.ipynb", (result,))]
    header, *found = read(read_grades(marked, "h", {"ann": receipts}))
    assert found[0][header.index("in_kernel")] == "n/t1"


def test_a_cell_may_be_called_like_a_column():
    cell = GradedCell(CellKey("n", "total"), 1.0)
    grade = Grade(Person("ann"), points={cell.key: 1.0}, total=1.0, status="graded")
    header, row = read(Grades("h", (cell,), 1.0, (grade,)))
    assert (header[1:3], row[1:3]) == (["n/total", "total"], ["1.0", "1.0"])
