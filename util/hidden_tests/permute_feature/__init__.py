"""Exercise 3: one column shuffled, everything else unchanged."""

from util.hidden_tests.permute_feature.judging import judge
from util.hidden_tests.permute_feature.mistakes import MISTAKES
from util.hidden_tests.permute_feature.posing import pose

__all__ = ["MISTAKES", "judge", "pose"]
