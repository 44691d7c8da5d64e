"""Comparison of an answer's maps with the closed form, and diagnosis of the wrong ones."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests.grad_cam.enlarging import peaks
from util.hidden_tests.grad_cam.explaining import explanation
from util.hidden_tests.grad_cam.finishing import TOLERANCE, errors_of, references
from util.hidden_tests.grad_cam.forms import failed_property, form_of
from util.hidden_tests.grad_cam.mistakes import MISTAKES, SEEN, mistaken_scene, scene_of
from util.hidden_tests.grad_cam.nearby import NEARBY_SENTENCES
from util.hidden_tests.grad_cam.scene import Scene
from util.hidden_tests.grad_cam.shapes import shape_problem
from util.hidden_tests.grad_cam.worked import Array
from util.hidden_tests.reading import short_text

ALIKE = 0.02
"""Largest difference per pixel at which an answer is attributed to a known mistake."""

_PRECISION = 0.02
"""Maximum distance of a peak from those of right maps."""

_SENTENCES = {**MISTAKES, **NEARBY_SENTENCES}
_RAISED = "some_cases"


def judge(challenge: Record, answer: Record) -> Verdict:
    """Pass if every map is within the tolerance of the closed form and no mistake is detected.

    The tolerance is for ways of enlarging a map and for precision, not for other methods. It
    therefore does not cover the essence of Grad-CAM: the map is linear in the activations up to its
    ReLU (a root, a power, a logarithm, a threshold or a leak is not), its weights are plain means
    over all positions, and it is scaled to a peak of 1. It does cover another interpolation, ReLU
    before or after it, scaling before it, rounding, and smoothing that is no stronger than
    interpolation's.
    """
    count = len(challenge.data["cases"])
    said = [answer.data["cases"][number] for number in range(count)]
    raised = [one for one in said if "raised" in one]
    if raised:
        return _raised(raised[0], len(raised), count)
    cams = [answer.arrays[f"cam{number}"] for number in range(count)]
    scenes = [scene_of(challenge, number) for number in range(count)]
    problem = _form_problem(cams, scenes)
    if problem is not None:
        return problem
    errors = [
        float(errors_of(cam[np.newaxis], scene.right)[0])
        for cam, scene in zip(cams, scenes, strict=True)
    ]
    if max(errors) >= TOLERANCE:
        return _diagnose(cams, scenes, errors)
    return _known(cams, scenes) or Verdict(
        1.0, f"All {count} maps are within {TOLERANCE} of the reference."
    )


def _raised(first: dict[str, Any], times: int, count: int) -> Verdict:
    raised, message = (short_text(first[part], 500) for part in ("raised", "message"))
    text = f"grad_cam raised {raised}: {message}"[:500]
    if times == count:
        return Verdict(0.0, text)
    return Verdict(
        0.0,
        f"{text}\nThat was in {times} of {count} cases: it must work for any model, picture, "
        "category and layer.",
        _RAISED,
    )


def _form_problem(cams: list[Array], scenes: list[Scene]) -> Verdict | None:
    problem = shape_problem(
        [cam.shape for cam in cams],
        [scene.worked.image.shape for scene in scenes],
        [scene.maps.shape for scene in scenes],
    )
    if problem is not None:
        return problem
    if any(cam.dtype.kind not in "biuf" for cam in cams):
        return Verdict(0.0, "The map does not hold real numbers.", "not_real")
    if not all(np.isfinite(cam).all() for cam in cams):
        text = (
            "The map holds NaN or infinite values: something was divided by zero. Is what you "
            "divide by above 0 in every map?"
        )
        return Verdict(0.0, text, "not_finite")
    return None


def _known(cams: list[Array], scenes: list[Scene]) -> Verdict | None:
    """Return the verdict on a known mistake in maps that are within the tolerance, if any."""
    floats = [cam.astype(np.float64) for cam in cams]
    if not _are_scaled(floats, scenes):
        return Verdict(0.0, MISTAKES["unnormalised"], "unnormalised")
    name = explanation(floats, scenes)
    if name is None:
        return None
    said = f"Each map is near the reference, and yet not the same. {_SENTENCES[name]}"
    return Verdict(0.0, said, name)


def _diagnose(cams: list[Array], scenes: list[Scene], errors: list[float]) -> Verdict:
    wrong = [number for number, error in enumerate(errors) if error >= TOLERANCE]
    maps = "map is" if len(wrong) == 1 else "maps are"
    said = (
        f"{len(wrong)} of {len(errors)} {maps} off by a mean squared error of {TOLERANCE} or more."
    )
    right = [references(scene.right, *scene.worked.image.shape[:2])[0] for scene in scenes]
    floats = [cam.astype(np.float64) for cam in cams]
    name = form_of(floats, right, ALIKE) or _nearest(floats, scenes) or _left(floats, scenes)
    if name is not None:
        return Verdict(0.0, f"{said} {_SENTENCES[name]}", name)
    lacking = failed_property(floats[wrong[0]], right[wrong[0]])
    return Verdict(0.0, f"{said} {lacking} Go through the six steps again, shape by shape.")


def _left(cams: list[Array], scenes: list[Scene]) -> str | None:
    """Return what explains a large difference; exactly, so that no strong blur is misattributed."""
    return explanation(cams, scenes, exactly=True) if _are_scaled(cams, scenes) else None


def _are_scaled(cams: list[Array], scenes: list[Scene]) -> bool:
    """Return whether the maps' peaks are those of maps scaled before or after enlarging."""
    bounds = [peaks(scene) for scene in scenes]
    return all(
        least - _PRECISION <= cam.max() <= most + _PRECISION or not cam.any()
        for cam, (least, most) in zip(cams, bounds, strict=True)
    )


def _nearest(cams: list[Array], scenes: list[Scene]) -> str | None:
    """Return the known mistake whose maps are nearest to an answer's, if near enough."""
    for way in (cv2.INTER_LINEAR, cv2.INTER_NEAREST):
        known = [mistaken_scene(scene, way) for scene in scenes]
        gaps = {}
        for name in set(MISTAKES) - set(SEEN):
            # Largest difference over all cases, for the variant with the smallest.
            apart = [
                np.abs(maps[name] - cam).max(axis=(1, 2))
                for maps, cam in zip(known, cams, strict=True)
            ]
            gaps[name] = float(np.max(apart, axis=0).min())
        name = min(gaps, key=lambda name: gaps[name])
        if gaps[name] <= ALIKE:
            return name
    return None
