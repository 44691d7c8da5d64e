"""A class of sample students, and the workflow from release to feedback with it."""
