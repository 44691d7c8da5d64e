"""The tiny course's hidden tests."""

import numpy as np

from proctor.checks import Verdict, check


@check("double", cell="UNQ_C1")
def double(student, rng):
    values = rng.integers(1, 100, size=6)
    given = np.asarray(student.double(values.copy()))
    if np.array_equal(given, values * 2):
        return Verdict(1.0, "All values are doubled.")
    if np.array_equal(given, values):
        return Verdict(0.5, "The values came back as they were.", "unchanged")
    return Verdict(0.0, "The values are not doubled.")


@check("total", cell="UNQ_C2")
def total(student, rng):
    values = rng.integers(1, 100, size=6)
    right = student.total(values.copy()) == int(values.sum())
    return Verdict(1.0, "Right.") if right else Verdict(0.0, "That is not the total.")
