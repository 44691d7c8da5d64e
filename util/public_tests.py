"""The visible tests: what a student runs below each exercise.

They print what the lesson prints, and raise `ExerciseError` with a sentence about what is wrong:
what to do, what was seen, what was expected. Passing them is a good sign; marks come from other
inputs. Each lives in a module of its own in `util.visible`.
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
