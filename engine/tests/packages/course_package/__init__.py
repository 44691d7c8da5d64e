"""A package of a course, which its notebooks import."""
