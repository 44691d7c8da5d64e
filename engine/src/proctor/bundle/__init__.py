"""All that grading an assignment takes, in one content-addressed file."""
