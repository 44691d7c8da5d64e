"""Output for people: pages for students and instructors, and the console output of a run."""

import proctor._import_workarounds  # noqa: F401 - before nbformat
