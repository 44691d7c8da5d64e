"""Start a new assignment from a template."""
