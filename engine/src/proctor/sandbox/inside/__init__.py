"""Code that runs inside the sandbox, before or next to student code."""
