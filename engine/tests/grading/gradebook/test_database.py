"""What is wrong with a database is said in words, and without its password."""

from __future__ import annotations

import sys

import pytest

from proctor.errors import CourseError
from proctor.grading.gradebook.database import clear_errors, database_in_words, open_database

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("sqlite:////proc/no/such/folder.db", "unable to open"),
        ("postgresql+psycopg2://u:secret@127.0.0.1:1/x", "see that the database is there"),
        ("nonsense", "see that the database is there"),
        ("martian://u:secret@here/x", "see that the database is there"),
    ],
)
def test_a_database_that_can_not_be_opened_is_said(url, word):
    with pytest.raises(CourseError, match=word) as caught, clear_errors(url):
        open_database(url, "default_course")
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(CourseError, match="package psycopg2"):
        open_database("postgresql+psycopg2://u@127.0.0.1:1/x", "default_course")


def test_an_address_is_told_without_its_password():
    assert database_in_words("postgresql://u:secret@here/x") == "postgresql://u:***@here/x"
    assert database_in_words("nonsense") == "c.CourseDirectory.db_url"
