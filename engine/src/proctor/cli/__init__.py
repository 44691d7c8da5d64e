"""The subcommands of ``proctor``, one per file."""

from __future__ import annotations

DESCRIPTIONS = {
    "new": "Start a new assignment from a template.",
    "release": "Make the student version of an assignment, and the student kit as a zip.",
    "grade": "Grade the submissions of an assignment and print a grade table.",
    "feedback": "Write a feedback page for every graded submission of an assignment.",
    "report": "Write the report on a class: totals, misconceptions, pictures, what needs a human.",
    "export": "Write the grades of an assignment to a file, for people or for Canvas or Moodle.",
    "grade-one": "Grade one notebook file and print the result; nothing in the course changes.",
    "container": "Grade what a platform laid into its container, and write what it reads.",
    "doctor": "Say what this machine offers for grading, and which sandbox notebooks will run in.",
    "verify": "Grade submissions again from their receipts and report every difference.",
}
"""What each subcommand does. It stands here so that the list is printed without importing them."""
