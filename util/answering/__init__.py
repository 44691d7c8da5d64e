"""One module per exercise: what is asked of the student's function, and what is recorded."""
