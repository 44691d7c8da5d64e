"""The lesson's public names: ``from util import *``.

Names are imported on first use: the star import loads all of them, TensorFlow included, while a
program that needs only the labels loads nothing else.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

from util import quiet

# TensorFlow reads this when it is first imported; its log would fill a notebook's first output.
os.environ.setdefault(quiet.LEVEL, "3")

_HOMES = {
    "K": "util.backend",
    "load_C3M3_model": "util.model",
    "get_mean_std_per_batch": "util.images",
    "load_image_normalize": "util.images",
    "load_image": "util.images",
    "load_masks": "util.masks",
    "load_C3M3_risk_model": "util.cohort",
    "cindex": "util.metrics",
    "grad_cam_test": "util.public_tests",
    "compute_gradcam_test": "util.public_tests",
    "permute_feature_test": "util.public_tests",
    "permutation_importance_test": "util.public_tests",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'util' has no attribute {name!r}")
    with quiet.loading():
        home = importlib.import_module(_HOMES[name])
    return getattr(home, name)
