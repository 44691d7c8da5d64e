"""Whether a map within the tolerance differs from the right one for a reason that is known.

The tolerance is there for ways of enlarging a map, and for precision. So an answer is compared with
the right map enlarged in several ways, and then with what else could have given it: the wrong ideas
of `nearby`, the right map with its values bent along any curve or cut off elsewhere than at 0, and
sums of the channels with any other weights, each enlarged in the same ways. Where one of them
explains nearly all of the difference, that is what the answer is. A way of enlarging that is not
among ours leaves a difference that none of them explains.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from util.hidden_tests.grad_cam.curves import left_by_curves
from util.hidden_tests.grad_cam.enlarging import together
from util.hidden_tests.grad_cam.nearby import (
    BENT,
    CENTRED,
    OTHER_WEIGHTS,
    VARIANTS_NEARBY,
    nearby,
)
from util.hidden_tests.grad_cam.refitting import left_by_offsets, left_by_weights
from util.hidden_tests.grad_cam.scene import Scene
from util.hidden_tests.grad_cam.worked import Array

_SMALL, _LARGE = 3e-4, 2e-3
"""Differences (mean squared, of all maps together) from which on something must explain them."""

_EXACTLY, _MOSTLY = 20.0, 5.0
"""How many times smaller is what an explanation leaves, of a small difference and of a large one.
Of differences that come from how OpenCV, Pillow, SciPy and TensorFlow enlarge, none explained more
than three quarters."""

_OWNERS = [name for name, count in VARIANTS_NEARBY.items() for _ in range(count)]


def explanation(
    cams: Sequence[Array], scenes: Sequence[Scene], *, exactly: bool = False
) -> str | None:
    """The identifier of what explains the difference between an answer and the right maps.

    Args:
        cams: An answer's maps (H, W).
        scenes: The cases, in the same order.
        exactly: Whether next to nothing may be left unexplained, however large the difference is.

    Returns:
        One of `NEARBY_SENTENCES`, or None where the answer is right or unlike all of them.
    """
    # A map of zeros says nothing of where it comes from; the others do.
    pairs = [(cam, scene) for cam, scene in zip(cams, scenes, strict=True) if cam.any()]
    if not pairs or any(cam.max() <= 0 for cam, _ in pairs):
        return None
    scaled, scenes = [cam / cam.max() for cam, _ in pairs], [scene for _, scene in pairs]
    answer = np.concatenate([cam.ravel() for cam in scaled])
    right = together([[scene.right] for scene in scenes], scenes)[0]
    off = float(np.mean((right - answer) ** 2, axis=1).min())
    if off < _SMALL:
        return None
    idea, left = _by_ideas(answer, scenes)
    # What says most comes first: any weights explain what some weights do.
    found = [
        (idea, left),
        (CENTRED, left_by_offsets(scaled, scenes)),
        (OTHER_WEIGHTS, left_by_weights(scaled, scenes)),
        (BENT, left_by_curves(answer, scenes)),
    ]
    names = [name for name, left in found if off >= _EXACTLY * left]
    if not names and off >= _LARGE and not exactly:
        names = [name for name, left in found if off >= _MOSTLY * left and name in (idea, BENT)]
    return names[0] if names else None


def _by_ideas(answer: Array, scenes: Sequence[Scene]) -> tuple[str, float]:
    """The wrong idea that is nearest to an answer, and the difference that it leaves."""
    wrong = together([nearby(scene) for scene in scenes], scenes)
    left = np.mean((wrong - answer) ** 2, axis=2).min(axis=1)
    return _OWNERS[int(left.argmin())], float(left.min())
