import pytest

from proctor.errors import CourseError
from proctor.exports.grades import Grade, Person
from proctor.exports.identities import identities


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
