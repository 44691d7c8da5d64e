import pytest
from nbgrader.api import MissingEntry

from engine.tests.exports.marked_class import AUTO, BY_HAND, POINTS, UNSEEN
from proctor.cell_labels import CellKey
from proctor.exports.grades import Person, read_grades, receipts_hash
from proctor.results import Receipt


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


def test_marks_that_are_older_than_the_grading_are_waited_for(gradebook, receipt):
    grade = gradebook.find_grade("double", "n", "tiny", "ann")
    grade.needs_manual_grade = True
    gradebook.db.commit()
    try:
        found = read_grades(gradebook, "tiny", {"ann": [receipt()]})
        assert found.exportable(unsettled=False) == ()
        ann = next(g for g in found.grades if g.person.id == "ann")
        assert ann.status == "needs_manual_grade"
        assert "older than the last grading" in ann.unsettled_reason()
    finally:
        grade.needs_manual_grade = False
        gradebook.db.commit()


def test_an_unknown_assignment_is_an_error(gradebook):
    with pytest.raises(MissingEntry):
        read_grades(gradebook, "none", {})


def test_the_hash_tells_receipts_apart(receipt):
    assert receipts_hash([receipt()]) != receipts_hash([receipt(seconds=9.0)])
    assert receipts_hash([]) == ""


def by_student(grades):
    return {grade.person.id: grade for grade in grades.grades}


def test_what_waits_for_a_mark_has_no_points_and_says_so(read_marked):
    grades = read_marked()
    assert [(cell.key, cell.max_score) for cell in grades.cells] == [*POINTS.items()]
    assert {cell.key.cell for cell in grades.cells if cell.by_hand} == set(BY_HAND)
    ann = by_student(grades)["ann"]
    assert ann.points == AUTO
    assert (ann.total, ann.outstanding_points, grades.max_score) == (6.0, 8.0, 15.0)
    assert (ann.status, ann.settled, ann.complete) == ("needs_manual_grade", False, False)
    assert ann.reason == "marks by hand are outstanding: why, code, task1"
    assert ann.unsettled_reason() == ann.reason


def test_marks_that_are_given_count_and_a_zero_is_one(read_marked):
    grades = by_student(read_marked())
    bob, cy = grades["bob"], grades["cy"]
    assert (bob.total, bob.status, bob.settled, bob.complete) == (12.5, "graded", True, True)
    assert bob.points[UNSEEN[1]] == 0.0
    assert (cy.total, cy.outstanding_points, cy.status) == (7.5, 5.0, "needs_manual_grade")
    assert cy.reason == "marks by hand are outstanding: code, task1"


def test_for_a_notebook_that_was_not_handed_in_nobody_waits(read_marked):
    dee = by_student(read_marked())["dee"]
    assert (dee.total, dee.status, dee.outstanding, dee.complete) == (0.0, "graded", (), True)


def test_extra_credit_counts_with_the_mark_that_it_is_added_to(marked, read_marked):
    for key, credit in {CellKey("m", "t1"): 1.0, UNSEEN[0]: 0.5}.items():
        for student in ("ann", "bob"):
            marked.find_grade(key.cell, key.notebook, "h", student).extra_credit = credit
    marked.db.commit()
    grades = by_student(read_marked())
    assert (grades["bob"].points[UNSEEN[0]], grades["bob"].total) == (3.0, 14.0)
    assert UNSEEN[0] not in grades["ann"].points
    assert grades["ann"].total == 7.0


def test_late_work_never_has_less_than_nothing(marked, read_marked):
    marked.find_submission_notebook("m", "h", "ann").late_submission_penalty = 7.0
    marked.db.commit()
    ann = by_student(read_marked())["ann"]
    assert (ann.total, ann.late_penalty, ann.outstanding_points) == (0.0, 7.0, 8.0)


def test_a_comment_alone_is_no_mark(marked, read_marked):
    marked.find_comment("why", "m", "h", "ann").manual_comment = "See me."
    marked.db.commit()
    assert UNSEEN[0] not in by_student(read_marked())["ann"].points


def test_what_needs_attention_says_that_marks_are_outstanding_too(marked):
    receipt = Receipt("h", "m.ipynb", (), status="needs_attention", reason="lost")
    ann = by_student(read_grades(marked, "h", {"ann": [receipt]}))["ann"]
    assert ann.status == "needs_attention"
    assert ann.reason.startswith("lost; marks by hand are outstanding: why")


def test_without_a_grading_nothing_is_said_of_marks(marked):
    marked.add_student("fay")
    marked.add_submission("h", "fay")
    fay = by_student(read_grades(marked, "h", {}))["fay"]
    assert (fay.status, fay.reason, fay.points, fay.complete) == ("not_graded", "", {}, False)


def test_who_has_no_mark_at_all_is_given_to_no_platform(marked, read_marked):
    for notebook in marked.find_submission("h", "ann").notebooks:
        for grade in notebook.grades:
            grade.auto_score = None
    marked.db.commit()
    given = read_marked().exportable(unsettled=True)
    assert sorted(grade.person.id for grade in given) == ["bob", "cy", "dee"]
