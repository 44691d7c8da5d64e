"""The grader's side of the sandbox: trusted, and outside of it."""
