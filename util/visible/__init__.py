"""The visible tests, one module per exercise, and their messages to a student."""
