"""The subcommands of ``proctor``, one per file."""

from __future__ import annotations

import sys
from typing import NoReturn

from proctor.errors import Exit

DESCRIPTIONS = {
    "new": "Start a new assignment from a template.",
    "release": "Make the student version of an assignment, and the student kit as a zip.",
    "grade": "Grade the submissions of an assignment and print a grade table.",
    "feedback": "Write a feedback page for every graded submission of an assignment.",
    "report": "Write the report on a class: totals, misconceptions, pictures, open tasks.",
    "export": "Write the grades of an assignment to a file, for people or for Canvas or Moodle.",
    "strength": "Change the solution in one place at a time, and report what the tests miss.",
    "grade-one": "Grade one notebook file and print the result; nothing in the course changes.",
    "container": "Grade the submission in a platform's container, and write the results it reads.",
    "doctor": "Report what this machine offers for grading, and which sandbox will be used.",
    "verify": "Grade submissions again from their receipts and report every difference.",
}
"""What each subcommand does; kept here so that listing them does not import them."""

EXIT_ERROR, EXIT_ATTENTION, EXIT_INTERRUPTED = 2, 3, 130


def exit_interrupted() -> NoReturn:
    """Exit after Ctrl-C."""
    print("interrupted; what is done is kept", file=sys.stderr)
    raise Exit(EXIT_INTERRUPTED)


EXIT_STATUSES = {
    0: "The command did its work.",
    1: "An error in the program itself, with a traceback; please report it.",
    EXIT_ERROR: "The command could not do its work: an unknown option, an invalid value, or a "
    "problem of the course or the machine, which the error message states.",
    EXIT_ATTENTION: "The command did its work, and the instructor has to look at something. "
    "`grade`: a submission needs attention; `verify`: a result differs; `strength`: fewer mutants "
    "are noticed than --minimum asks for.",
    EXIT_INTERRUPTED: "Interrupted with Ctrl-C; what is done is kept.",
    141: "The reader of the output, such as `head`, closed it.",
    143: "Ended with SIGTERM (129: with SIGHUP); what is done is kept.",
}
"""Meaning of each exit status, for all subcommands."""
