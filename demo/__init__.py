"""A class of sample students, and the whole way from release to feedback on it."""
