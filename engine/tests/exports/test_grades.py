import csv
import hashlib
import io

import pytest
from nbgrader.api import MissingEntry

from proctor.errors import CourseError
from proctor.exports.grades import (
    Grade,
    Person,
    as_csv,
    csv_safe,
    grades_csv,
    identities,
    read_grades,
    receipts_hash,
)
from proctor.files.atomic import write_text
from proctor.results import ExerciseResult, Receipt


def test_a_person_is_what_the_gradebook_knows(gradebook):
    people = {g.person.id: g.person for g in read_grades(gradebook, "tiny", {}).grades}
    assert people["ann"] == Person("ann", "Ann", "Lee", "ann@example.org", "17")
    assert people["bob"] == Person("bob")


def test_what_is_missing_is_no_zero(gradebook, receipt):
    grades = {g.person.id: g for g in read_grades(gradebook, "tiny", {"ann": [receipt()]}).grades}
    assert (grades["ann"].total, grades["ann"].status, grades["ann"].settled) == (2, "graded", True)
    assert (grades["bob"].total, grades["bob"].status, grades["bob"].settled) == (
        None,
        "missing",
        False,
    )


@pytest.mark.parametrize("about", [{"status": "needs_attention", "reason": "lost"}, None])
def test_a_grade_that_needs_a_look_is_not_given_away_unasked(gradebook, receipt, about):
    receipts = {} if about is None else {"ann": [receipt(**about)]}
    grades = read_grades(gradebook, "tiny", receipts)
    assert grades.exportable(unsettled=False) == ()
    assert [g.person.id for g in grades.exportable(unsettled=True)] == ["ann"]


def test_marks_by_hand_that_are_outstanding_are_waited_for(gradebook, receipt):
    grade = gradebook.find_grade("double", "n", "tiny", "ann")
    grade.needs_manual_grade = True
    gradebook.db.commit()
    try:
        found = read_grades(gradebook, "tiny", {"ann": [receipt()]})
        assert found.exportable(unsettled=False) == ()
        ann = next(g for g in found.grades if g.person.id == "ann")
        assert ann.unsettled_reason() == "manual grading is missing"
    finally:
        grade.needs_manual_grade = False
        gradebook.db.commit()


def test_an_unknown_assignment_is_an_error(gradebook):
    with pytest.raises(MissingEntry):
        read_grades(gradebook, "none", {})


def test_the_hash_tells_receipts_apart(receipt):
    assert receipts_hash([receipt()]) != receipts_hash([receipt(seconds=9.0)])
    assert receipts_hash([]) == ""


def test_a_field_of_the_gradebook_identifies():
    grades = [Grade(Person("ann", email="a@x", lms_user_id="1")), Grade(Person("b", email="b@x"))]
    assert identities(grades, "id") == ["ann", "b"]
    assert identities(grades, "email") == ["a@x", "b@x"]


def test_who_has_none_is_named():
    with pytest.raises(CourseError, match=r"has no email for '?bob"):
        identities([Grade(Person("ann", email="a@x")), Grade(Person("bob"))], "email")


def test_two_students_are_never_one():
    grades = [Grade(Person("ann", email="a@x")), Grade(Person("bob", email="a@x"))]
    with pytest.raises(CourseError, match=r"several students have the email '?a@x"):
        identities(grades, "email")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "\x00=1", "\u202e=1"],
)
def test_no_text_is_a_formula(text):
    assert csv_safe(text).startswith("'")


@pytest.mark.parametrize("text", ["ann", "", "a=b", "ann@example.org", "Ünal, Ş."])
def test_other_text_stays(text):
    assert csv_safe(text) == text


def test_a_cell_is_one_plain_line_of_limited_length():
    assert csv_safe("a\nb\x1b[31m\ud800c") == "a bc"
    assert len(csv_safe("x" * 10**6, 100)) < 110


def test_rows_come_back_as_they_were():
    rows = [["a,b", 'say "x"', "ü"], ["1.5", "", "c"]]
    assert list(csv.reader(io.StringIO(as_csv(rows)))) == rows


COLUMNS = [
    "student", "double", "total", "late_penalty", "max_score", "status", "reason", "in_kernel",
    "receipt",
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
