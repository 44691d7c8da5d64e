import pytest
from nbgrader.api import MissingEntry

from proctor.exports.grades import Person, read_grades, receipts_hash


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
    assert grades.to_give(unsettled=False) == ()
    assert [g.person.id for g in grades.to_give(unsettled=True)] == ["ann"]


def test_marks_by_hand_that_are_outstanding_are_waited_for(gradebook, receipt):
    grade = gradebook.find_grade("double", "n", "tiny", "ann")
    grade.needs_manual_grade = True
    gradebook.db.commit()
    try:
        found = read_grades(gradebook, "tiny", {"ann": [receipt()]})
        assert found.to_give(unsettled=False) == ()
        ann = next(g for g in found.grades if g.person.id == "ann")
        assert ann.why_not() == "marks by hand are outstanding"
    finally:
        grade.needs_manual_grade = False
        gradebook.db.commit()


def test_an_unknown_assignment_is_an_error(gradebook):
    with pytest.raises(MissingEntry):
        read_grades(gradebook, "none", {})


def test_the_hash_tells_receipts_apart(receipt):
    assert receipts_hash([receipt()]) != receipts_hash([receipt(seconds=9.0)])
    assert receipts_hash([]) == ""
