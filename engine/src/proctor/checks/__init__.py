"""What an author of hidden tests imports.

A check is one function that calls the student's functions, as often and as adaptively as it likes,
and returns a `Verdict`. It runs on the test's side, in a process that never runs student code; what
it calls runs in the student's process.
"""

from proctor.checks.check import Check, Picture, Verdict, check
from proctor.checks.compare import Comparison, close, exact, frame
from proctor.checks.here import NotPassed, examine
from proctor.checks.reference import reference_check
from proctor.checks.student import Student, UndefinedError, in_notebook, replaced

__all__ = [
    "Check",
    "Comparison",
    "NotPassed",
    "Picture",
    "Student",
    "UndefinedError",
    "Verdict",
    "check",
    "close",
    "exact",
    "examine",
    "frame",
    "in_notebook",
    "reference_check",
    "replaced",
]
