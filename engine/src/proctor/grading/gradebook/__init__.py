"""Open nbgrader's gradebook, and write to it in transactions."""
