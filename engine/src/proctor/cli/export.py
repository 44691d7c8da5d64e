"""``proctor export``: write the grades of an assignment, for people or for a platform."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

from traitlets import Bool, Enum, Unicode

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, Command
from proctor.cli.open_gradebook import assignment_grades, open_gradebook, update_penalties
from proctor.errors import CourseError
from proctor.exports.canvas import COLUMNS, Column, canvas_csv
from proctor.exports.grades import Grades
from proctor.exports.grades_csv import grades_csv
from proctor.exports.moodle import moodle_csv
from proctor.files.atomic import write_text
from proctor.text import one_line

_MAX_LISTED = 20
"""How many students without a grade are listed by id; the rest are only counted."""


class ExportCommand(Command):
    """Writes the grades of an assignment."""

    name = "proctor-export"
    description = DESCRIPTIONS["export"]
    examples = """
        proctor export C3M3 --to grades.csv
        proctor export C3M3 --to canvas.csv --format canvas --number 1234
        proctor export C3M3 --to moodle.csv --format moodle --identifier email
    """
    aliases = {
        **ALIASES,
        "to": "ExportCommand.to",
        "format": "ExportCommand.format",
        "identifier": "ExportCommand.identifier",
        "column": "ExportCommand.column",
        "number": "ExportCommand.number",
    }
    flags = {
        **FLAGS,
        "unsettled": (
            {"ExportCommand": {"unsettled": True}},
            "Give Canvas or Moodle grades, too, that need attention or marks by hand.",
        ),
    }

    to = Unicode("grades.csv", help="The file to write.").tag(config=True)
    format = Enum(
        ["csv", "canvas", "moodle"],
        default_value="csv",
        help="csv: all that is known, for people; canvas and moodle: what they import.",
    ).tag(config=True)
    identifier = Enum(
        ["id", "email", "lms_user_id"],
        default_value="id",
        help="The field of nbgrader's gradebook by which Canvas or Moodle knows students.",
    ).tag(config=True)
    column = Unicode(
        "",
        help="The column in which it stands. Canvas: ID, SIS User ID or SIS Login ID; empty: ID "
        "for lms_user_id, else SIS Login ID. Moodle: any heading; empty: ID number, Email address "
        "or Username.",
    ).tag(config=True)
    number = Unicode(
        "",
        help="Canvas's number of the assignment, the last one in its page's address. Empty: Canvas "
        "looks for the assignment's name, and makes a new one where it finds none.",
    ).tag(config=True)
    unsettled = Bool(
        False,
        help="Give Canvas or Moodle grades, too, that need attention or marks by hand. Without it "
        "those students are left out, and named.",
    ).tag(config=True)

    def run(self) -> None:
        """Write one row per student."""
        assignment = self.assignment_argument()
        if self.format == "canvas":
            self._check_canvas()
        grades = self._grades(assignment)
        target = Path(self.to)
        write_text(target, self._text(grades))
        given = grades.grades if self.format == "csv" else grades.exportable(self.unsettled)
        self._name_left_out(grades, {grade.person.id for grade in given})
        print(f"{len(given)} students in {target}")

    def _name_left_out(self, grades: Grades, given: set[str]) -> None:
        left_out = [grade for grade in grades.grades if grade.person.id not in given]
        for grade in left_out[:_MAX_LISTED]:
            who = one_line(grade.person.id, 80)
            print(
                f"left out, with no grade to give: {who} ({grade.unsettled_reason()})",
                file=sys.stderr,
            )
        if len(left_out) > _MAX_LISTED:
            print(f"and {len(left_out) - _MAX_LISTED} more", file=sys.stderr)

    def _check_canvas(self) -> None:
        if self.column not in ("", *COLUMNS):
            raise CourseError(
                f"Canvas does not match students by column {self.column!r}",
                why=f"it knows {', '.join(COLUMNS)}",
                where="--column",
                remedy=f"choose one of: {', '.join(COLUMNS)}",
            )
        if self.number and not (self.number.isascii() and self.number.isdigit()):
            raise CourseError(
                f"{self.number!r} is not a Canvas assignment number",
                why="Canvas numbers its assignments with digits only",
                where="--number",
                remedy="take the number at the end of the assignment's address in Canvas",
            )

    def _text(self, grades: Grades) -> str:
        about: dict[str, Any] = {"identifier": self.identifier, "unsettled": self.unsettled}
        if self.format == "canvas":
            return canvas_csv(
                grades,
                column=cast("Column | None", self.column or None),
                number=self.number,
                **about,
            )
        if self.format == "moodle":
            return moodle_csv(grades, column=self.column, **about)
        return grades_csv(grades)

    def _grades(self, assignment: str) -> Grades:
        with open_gradebook(self.coursedir) as gradebook:
            update_penalties(self, gradebook, assignment)
            return assignment_grades(self.coursedir, gradebook, assignment)
