"""One module per exercise: how the student's function is called, and what is recorded."""
