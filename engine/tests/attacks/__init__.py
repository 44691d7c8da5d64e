"""Attacks on the grader: what hostile submissions try, and what must come of it."""
