"""Exercise 4: importances that are known exactly, because every component is a stand-in.

The importance of a feature is the absolute difference between the performance and the mean
performance over permutations of that feature (Breiman, "Random Forests", 2001; Fisher, Rudin and
Dominici, "All Models are Wrong, but Many are Useful", 2019; the lesson's formulas 1 and 2).
"""

from util.hidden_tests.permutation_importance.judging import judge
from util.hidden_tests.permutation_importance.mistakes import (
    MISTAKES,
    TOLERANCE,
    expected,
    mistaken,
)
from util.hidden_tests.permutation_importance.posing import pose

__all__ = ["MISTAKES", "TOLERANCE", "expected", "judge", "mistaken", "pose"]
