"""Exercise 3: one column shuffled, everything else as it was."""

from util.hidden_tests.permute_feature.judging import judge
from util.hidden_tests.permute_feature.mistakes import MISTAKES
from util.hidden_tests.permute_feature.posing import pose

__all__ = ["MISTAKES", "judge", "pose"]
