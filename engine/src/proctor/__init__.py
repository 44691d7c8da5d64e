"""A grading engine for nbgrader courses; independent of any particular course."""

__version__ = "0.1.0"
