"""A grading engine for nbgrader courses; it knows Jupyter and nbgrader, and no course."""

__version__ = "0.1.0"
