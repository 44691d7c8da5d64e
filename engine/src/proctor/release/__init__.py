"""Make the student version and the student kit from the instructor's notebook."""

import proctor._import_workarounds  # noqa: F401 - before nbformat
