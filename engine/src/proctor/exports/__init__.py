"""Grades and results in the formats of other programs, one format per module."""
