"""Grading submissions through nbgrader's gradebook."""

import proctor._import_workarounds  # noqa: F401 - before nbformat
