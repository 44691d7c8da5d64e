"""The visible tests, one module per exercise, and what they say to a student."""
