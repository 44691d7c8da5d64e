"""Open nbgrader's gradebook, and say in words what is wrong with its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from proctor.errors import CourseError


def open_database(db_url: str, course_id: str) -> Gradebook:
    """Open a gradebook; its tables are made where there are none.

    Raises:
        CourseError: The database's package is not installed.
    """
    try:
        return Gradebook(db_url, course_id)
    except ModuleNotFoundError as error:
        raise CourseError(
            "A database is reached through a Python package of its own.",
            found=f"no package {error.name}",
            where=database_in_words(db_url),
            remedy=f"install {error.name}, or name one that is there, as in "
            "postgresql+psycopg2://user@host/database",
        ) from error


def database_in_words(db_url: str) -> str:
    """The database's address without its password."""
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "c.CourseDirectory.db_url"


@contextmanager
def clear_errors(db_url: str) -> Iterator[None]:
    """Say what is wrong with a database, and what to do about it."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        remedy = "see that the database is there and that you may write to it"
        if "no such column" in said or "does not exist" in said or "UndefinedColumn" in said:
            remedy = "it may be of an older nbgrader; run: nbgrader db upgrade"
        raise CourseError(
            "Grades are written into nbgrader's gradebook.",
            found=said[:300],
            where=database_in_words(db_url),
            remedy=remedy,
        ) from error
