"""Hostile messages for the process that runs the tests, found by coverage."""
