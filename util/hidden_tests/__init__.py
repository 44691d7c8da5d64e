"""The hidden tests: their challenges and correct answers. Never given to students."""

from __future__ import annotations

from proctor.contract import Check, Illustration
from util.hidden_tests import (
    compute_gradcam,
    grad_cam,
    permutation_importance,
    permute_feature,
)

POINTS = 10.0
"""Points of each exercise."""

CHECKS: dict[str, Check] = {
    check.id: check
    for check in (
        Check(
            "grad_cam",
            "UNQ_C1",
            grad_cam.pose,
            grad_cam.judge,
            Illustration(grad_cam.question, grad_cam.draw),
        ),
        Check("compute_gradcam", "UNQ_C2", compute_gradcam.pose, compute_gradcam.judge),
        Check("permute_feature", "UNQ_C3", permute_feature.pose, permute_feature.judge),
        Check(
            "permutation_importance",
            "UNQ_C4",
            permutation_importance.pose,
            permutation_importance.judge,
        ),
    )
}
