"""Exercise 2: which maps are requested, and whether each is shown under its own label.

`posing` draws the labels, `selections` lists the categories that each known mistake requests,
`calls` judges the arguments of `grad_cam`, `panels` judges the figure, and `judging` combines both.
"""

from util.hidden_tests.compute_gradcam.judging import judge
from util.hidden_tests.compute_gradcam.posing import pose
from util.hidden_tests.compute_gradcam.selections import SELECTIONS, mistaken_selections

__all__ = ["SELECTIONS", "judge", "mistaken_selections", "pose"]
