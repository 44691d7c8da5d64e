"""The visible tests that a student runs below each exercise.

They print the lesson's output, and raise `ExerciseError` with a sentence that states what to do,
what was found and what was expected. Passing them is a good sign; marks come from other inputs.
Each test has its own module in `util.visible`.
"""

from __future__ import annotations

from util.visible.compute_gradcam import compute_gradcam_test
from util.visible.grad_cam import grad_cam_test
from util.visible.permutation_importance import permutation_importance_test
from util.visible.permute_feature import permute_feature_test
from util.visible.reporting import ExerciseError

__all__ = [
    "ExerciseError",
    "compute_gradcam_test",
    "grad_cam_test",
    "permutation_importance_test",
    "permute_feature_test",
]
