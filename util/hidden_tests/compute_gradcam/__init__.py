"""Exercise 2: which maps are asked for, and whether each is shown under its own label.

`posing` draws the labels, `selections` knows which categories each known mistake asks for, `calls`
judges what `grad_cam` was given, `panels` the figure, and `judging` puts both together.
"""

from util.hidden_tests.compute_gradcam.judging import judge
from util.hidden_tests.compute_gradcam.posing import pose
from util.hidden_tests.compute_gradcam.selections import SELECTIONS, mistaken_selections

__all__ = ["SELECTIONS", "judge", "mistaken_selections", "pose"]
