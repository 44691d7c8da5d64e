"""Exercise 1: Grad-CAM on models small enough to differentiate by hand.

`worked` has the closed form, `posing` draws the cases, `judging` compares. Known mistakes of
learners are grouped by the step of the lesson: `targets` (what is differentiated), `pooling` (one
weight per channel), `summing` (the dot product), `forms` (ReLU, size and scale) and `shapes`.
`nearby` has the mistakes that the tolerance would let pass, and `explaining` detects them.
`picture` shows a student's map of the lesson's radiograph.
"""

from util.hidden_tests.grad_cam.finishing import TOLERANCE, error_of, finish
from util.hidden_tests.grad_cam.judging import judge
from util.hidden_tests.grad_cam.mistakes import MISTAKES, mistaken
from util.hidden_tests.grad_cam.nearby import NEARBY_SENTENCES
from util.hidden_tests.grad_cam.picture import draw, question
from util.hidden_tests.grad_cam.posing import pose
from util.hidden_tests.grad_cam.worked import Worked, cam_of, work_out

__all__ = [
    "MISTAKES",
    "NEARBY_SENTENCES",
    "TOLERANCE",
    "Worked",
    "cam_of",
    "draw",
    "error_of",
    "finish",
    "judge",
    "mistaken",
    "pose",
    "question",
    "work_out",
]
