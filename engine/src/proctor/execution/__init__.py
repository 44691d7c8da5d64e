"""Execute a submission and judge it."""

import proctor._import_workarounds  # noqa: F401 - before nbformat
