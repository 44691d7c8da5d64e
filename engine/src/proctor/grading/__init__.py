"""Grading submissions through nbgrader's gradebook."""
