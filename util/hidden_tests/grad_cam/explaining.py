"""Detection of known causes of a map's difference from the right one within the tolerance.

The tolerance is meant for ways of enlarging a map, and for precision. An answer is therefore
compared with the right map enlarged in several ways, and then with other possible causes: the
misconceptions of `nearby`, the right map with its values bent along any curve or cut off elsewhere
than at 0, and sums of the channels with any other weights, each enlarged in the same ways. If one
of them explains nearly all of the difference, it is taken as the cause. A way of enlarging that is
not among ours leaves a difference that none of them explains.
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
"""Mean squared differences, over all maps together, above which an explanation is sought: a
close one above the first, an approximate one above the second."""

_EXACTLY, _MOSTLY = 20.0, 5.0
"""Factors by which a close and an approximate explanation must reduce a difference. Of differences
that come from how OpenCV, Pillow, SciPy and TensorFlow enlarge, none explained more than three
quarters."""

_OWNERS = [name for name, count in VARIANTS_NEARBY.items() for _ in range(count)]


def explanation(
    cams: Sequence[Array], scenes: Sequence[Scene], *, exactly: bool = False
) -> str | None:
    """Identify what explains the difference between an answer and the right maps.

    Args:
        cams: An answer's maps (H, W).
        scenes: The cases, in the same order.
        exactly: Whether almost nothing may be left unexplained, even of a large difference.

    Returns:
        A key of `NEARBY_SENTENCES`, or None if the answer is right or unlike all of them.
    """
    # A map of zeros carries no information on its cause; the others do.
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
    # The most specific comes first: arbitrary weights also explain what particular ones do.
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
    """Return the misconception nearest to an answer, and the difference that it leaves."""
    wrong = together([nearby(scene) for scene in scenes], scenes)
    left = np.mean((wrong - answer) ** 2, axis=2).min(axis=1)
    return _OWNERS[int(left.argmin())], float(left.min())
