"""Everything that is needed to grade an assignment, in one content-addressed file."""

import proctor._import_workarounds  # noqa: F401 - before nbformat
