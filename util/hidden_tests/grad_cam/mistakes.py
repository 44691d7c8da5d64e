"""The mistakes that the judge knows, and the maps that each yields on a case."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from util.answering.record import Record
from util.hidden_tests.grad_cam.finishing import finish_all
from util.hidden_tests.grad_cam.forms import FORMS
from util.hidden_tests.grad_cam.pooling import POOLING
from util.hidden_tests.grad_cam.scene import Scene, set_scene
from util.hidden_tests.grad_cam.summing import SUMMING
from util.hidden_tests.grad_cam.targets import TARGETS
from util.hidden_tests.grad_cam.worked import PARTS, Array

_SUMS = (*TARGETS, *POOLING, *SUMMING)

MISTAKES: Mapping[str, str] = {mistake.name: mistake.sentence for mistake in (*FORMS, *_SUMS)}
"""Messages to a student, by the mistake's identifier."""

VARIANTS: Mapping[str, int] = {mistake.name: len(mistake.variants) for mistake in (*FORMS, *_SUMS)}
"""Number of variants of each mistake, in the order of `mistaken`."""

SEEN = ("zeros", "uniform", "unnormalised", "grey_levels", "whole_numbers")
"""Mistakes that `forms.form_of` detects from the values, on any scale, without comparing maps."""


def mistaken(
    challenge: Record, number: int, interpolation: int = cv2.INTER_LINEAR
) -> dict[str, Array]:
    """Compute the maps that each known mistake yields on a case.

    Args:
        challenge: The challenge.
        number: Number of the case.
        interpolation: OpenCV's flag for how the maps are enlarged.

    Returns:
        By identifier, the maps of its variants (variants, H, W).
    """
    return mistaken_scene(scene_of(challenge, number), interpolation)


def scene_of(challenge: Record, number: int) -> Scene:
    """Return the scene of a case."""
    weights = {part: challenge.arrays[f"{part}{number}"] for part in PARTS}
    return set_scene(challenge.data["cases"][number], weights)


def mistaken_scene(scene: Scene, interpolation: int = cv2.INTER_LINEAR) -> dict[str, Array]:
    """Compute the same for a case that is worked out already."""
    height, width = scene.worked.image.shape[:2]
    raws = [variant(scene) for mistake in _SUMS for variant in mistake.variants]
    forms = [variant(scene) for mistake in FORMS for variant in mistake.variants]
    maps = np.concatenate([forms, finish_all(raws, height, width, interpolation)])
    ends = np.cumsum(list(VARIANTS.values()))
    return dict(zip(VARIANTS, np.split(maps, ends[:-1]), strict=True))
