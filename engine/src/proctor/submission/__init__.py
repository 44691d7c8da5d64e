"""Read a submission, and restore what the student must not change."""

import proctor._import_workarounds  # noqa: F401 - before nbformat
