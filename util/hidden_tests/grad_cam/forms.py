"""Mistakes in the last step, after which a map ranges from 0 to 1: ReLU, size and scale."""

from __future__ import annotations

import numpy as np

from util.hidden_tests.grad_cam.finishing import finish
from util.hidden_tests.grad_cam.scene import Mistake, Scene
from util.hidden_tests.grad_cam.worked import Array


def _done(raw: Array, scene: Scene, *, relu: bool = True, scale: bool = True) -> Array:
    height, width = scene.worked.image.shape[:2]
    return finish(raw, height, width, relu=relu, scale=scale)


def _zeros(scene: Scene) -> Array:
    return np.zeros(scene.worked.image.shape[:2])


def _uniform(scene: Scene) -> Array:
    return np.ones(scene.worked.image.shape[:2])


def _no_relu(scene: Scene) -> Array:
    return _done(scene.right, scene, relu=False)


def _unnormalised(scene: Scene) -> Array:
    return _done(scene.right, scene, scale=False)


def _grey_levels(scene: Scene) -> Array:
    return 255 * _done(scene.right, scene)


def _whole_numbers(scene: Scene) -> Array:
    return np.floor(_done(scene.right, scene))


def _shifted(scene: Scene) -> Array:
    raw = _done(scene.right, scene, relu=False, scale=False)
    return np.asarray((raw - raw.min()) / (raw.max() - raw.min()))


def _absolute(scene: Scene) -> Array:
    return _done(np.abs(scene.right), scene)


def _absolute_at_the_end(scene: Scene) -> Array:
    raw = np.abs(_done(scene.right, scene, relu=False, scale=False))
    return np.asarray(raw / raw.max())


def _negated(scene: Scene) -> Array:
    return _done(-scene.right, scene)


def _inverted(scene: Scene) -> Array:
    return 1 - _done(scene.right, scene)


FORMS = (
    Mistake("zeros", "The map is zero everywhere.", [_zeros]),
    Mistake(
        "uniform",
        "The map is the same everywhere; it must differ from position to position.",
        [_uniform],
    ),
    Mistake(
        "no_relu",
        "Negative values are left in the map: only positive evidence counts.",
        [_no_relu],
    ),
    Mistake(
        "unnormalised",
        "The map has the right form on another scale: its largest value must be 1. It is not "
        "divided by its maximum.",
        [_unnormalised],
    ),
    Mistake(
        "grey_levels",
        "The map has the right form, but goes up to 255 as the grey levels of a picture do; it "
        "must go from 0 to 1.",
        [_grey_levels],
    ),
    Mistake(
        "whole_numbers",
        "The map holds nothing but zeros and ones: a comparison or a change to integers took away "
        "what lies between.",
        [_whole_numbers],
    ),
    Mistake(
        "shifted",
        "The map was shifted until its smallest value is 0, so that places that speak against "
        "the category glow faintly; ReLU sets all of them to 0.",
        [_shifted],
    ),
    Mistake(
        "absolute",
        "Places that speak against the category count like those that speak for it: an absolute "
        "value stands where ReLU belongs.",
        [_absolute, _absolute_at_the_end],
    ),
    Mistake(
        "negated",
        "The map shows what speaks against the category: a sign is reversed, in the value that is "
        "differentiated or in the map.",
        [_negated],
    ),
    Mistake(
        "inverted",
        "The map is brightest where it should be dark: it was subtracted from 1.",
        [_inverted],
    ),
)


def form_of(cams: list[Array], right: list[Array], alike: float) -> str | None:
    """Return the mistake that the values of all maps reveal by themselves.

    Args:
        cams: The maps of an answer.
        right: The right maps.
        alike: Largest difference between two values that count as equal.

    Returns:
        The identifier of one of `FORMS`, or None.
    """
    peaks = np.array([cam.max() for cam in cams])
    if all((np.abs(cam) < 1e-9).all() for cam in cams):
        return "zeros"
    # Much less than `alike`: a sum that does not start from 0 leaves an almost uniform map.
    if all(np.ptp(cam) <= 1e-4 * np.abs(cam).max() for cam in cams):
        return "uniform"
    if all(np.isin(cam, (0, 1)).all() for cam in cams):
        return "whole_numbers"
    if (peaks <= 0).any() or (np.abs(peaks - 1) <= alike).all():
        return None
    # Whatever the maps were divided by: their sum, their norm, or nothing at all.
    if any(np.abs(c / c.max() - one).max() > alike for c, one in zip(cams, right, strict=True)):
        return None
    return "grey_levels" if (np.abs(peaks - 255) < 1.5).all() else "unnormalised"


def failed_property(cam: Array, right: Array) -> str:
    """Describe what is wrong with a map that matches no known mistake, as a sentence."""
    if cam.min() < -1e-3:
        return "A map holds values below 0; it must go from 0 to 1."
    if cam.max() > 1 + 1e-3:
        return "A map holds values above 1; it must go from 0 to 1."
    if cam.max() < 1 - 1e-2:
        return "The largest value of a map is below 1; divide by the maximum at the end."
    if np.mean(cam[right == 0] > 0.1) > 0.9:
        return "A map is above 0 nearly everywhere; ReLU leaves 0 where nothing speaks for it."
    far = np.subtract(_brightest(cam), _brightest(right))
    # Six pixels are one and a half positions of the layer: more than resizing can move a peak.
    if np.abs(far).max() > 6:
        return "The brightest place of a map is not where it should be."
    return "The brightest place of a map is right, but other places are too bright or too dark."


def _brightest(cam: Array) -> tuple[int, int]:
    row, column = np.unravel_index(int(cam.argmax()), cam.shape)
    return int(row), int(column)
