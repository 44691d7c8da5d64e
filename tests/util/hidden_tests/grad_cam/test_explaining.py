"""What is said of maps within the tolerance; no way of enlarging is taken for a mistake."""

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import zoom

from proctor.seeds import generator
from util.answering.record import Record
from util.hidden_tests import grad_cam
from util.hidden_tests.grad_cam.explaining import explanation
from util.hidden_tests.grad_cam.finishing import TOLERANCE, errors_of, finish
from util.hidden_tests.grad_cam.mistakes import scene_of

CHECK = grad_cam
SEEDS = range(20, 26)


@pytest.fixture(scope="module")
def challenges():
    return [CHECK.pose(generator(seed)) for seed in SEEDS]


def scaled(cam):
    return cam / cam.max()


def size_of(scene):
    return scene.worked.image.shape[:2]


def by_pillow(way):
    def cam(scene):
        height, width = size_of(scene)
        small = Image.fromarray(np.maximum(scene.right, 0).astype(np.float32))
        return scaled(np.asarray(small.resize((width, height), way)))

    return cam


def by_scipy(order, *, last, **options):
    def cam(scene):
        raw = scene.right if last else np.maximum(scene.right, 0)
        return scaled(np.maximum(zoom(raw, 4, order=order, **options), 0))

    return cam


def finished(change, **options):
    return lambda scene: change(finish(scene.right, *size_of(scene), **options))


WAYS = {
    **{f"pillow {way.name}": by_pillow(way) for way in Image.Resampling},
    **{
        f"scipy {order} {last} {options}": by_scipy(order, last=last, **options)
        for order in (1, 2, 3)
        for last in (False, True)
        for options in ({}, {"grid_mode": True, "mode": "nearest"})
    },
    "bytes": finished(lambda cam: (cam * 255).astype(np.uint8) / 255),
    "one decimal": finished(lambda cam: np.round(cam, 1)),
    "half a pixel of blur": finished(lambda cam: scaled(cv2.GaussianBlur(cam, (0, 0), 0.5))),
    "two pixels of blur": finished(lambda cam: scaled(cv2.GaussianBlur(cam, (0, 0), 2))),
}


@pytest.mark.parametrize("name", WAYS)
def test_no_way_of_enlarging_or_rounding_is_taken_for_a_mistake(challenges, name):
    for challenge in challenges:
        scenes = [scene_of(challenge, number) for number in range(4)]
        assert explanation([WAYS[name](scene) for scene in scenes], scenes) is None


def weights(change):
    return lambda scene: finish(scene.maps @ change(scene), *size_of(scene))


CUT = slice(3, -3)
MISTAKES = {
    "root": ("bent", finished(np.sqrt)),
    "square": ("bent", finished(np.square)),
    "power of 1.3": ("bent", finished(lambda cam: cam**1.3)),
    "logarithm": ("bent", finished(lambda cam: scaled(np.log1p(cam)))),
    "sine": ("bent", finished(lambda cam: scaled(np.sin(1.5 * cam)))),
    "threshold": ("bent", finished(lambda cam: np.where(cam < 0.3, 0, cam))),
    "cut off": ("bent", finished(lambda cam: np.minimum(cam, 0.7) / 0.7)),
    "root, repeated cells": ("bent", finished(np.sqrt, interpolation=cv2.INTER_NEAREST)),
    "trimmed mean": (
        "other_weights",
        weights(lambda s: np.sort(s.gradients.reshape(35, -1), axis=0)[CUT].mean(axis=0)),
    ),
    "signed squares": ("other_weights", weights(lambda s: s.weights * np.abs(s.weights))),
    "one channel skipped": (
        "other_weights",
        weights(lambda s: s.weights * (np.arange(s.weights.size) != 1)),
    ),
    "median subtracted": (
        "centred",
        lambda s: finish(s.right - 0.1 * s.right.max(), *size_of(s)),
    ),
    "other positions": (
        "some_positions",
        weights(lambda s: s.gradients[::2, ::2].mean(axis=(0, 1))),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_idea_is_told_though_it_is_within_the_tolerance(challenges, name):
    wanted, cam_of = MISTAKES[name]
    told = []
    for challenge in challenges:
        scenes = [scene_of(challenge, number) for number in range(4)]
        cams = [cam_of(scene).astype(np.float32) for scene in scenes]
        errors = [errors_of(c[None], s.right)[0] for c, s in zip(cams, scenes, strict=True)]
        arrays = {f"cam{number}": cam for number, cam in enumerate(cams)}
        verdict = CHECK.judge(challenge, Record({"cases": [{"returned": True}] * 4}, arrays))
        assert verdict.score == 0
        if max(errors) < TOLERANCE:
            told.append(verdict.misconception)
    # It is tried where it matters: the tolerance alone would have let it pass.
    assert set(told) == {wanted}


def test_a_constant_factor_is_told_where_no_way_of_scaling_gives_it(challenges):
    for factor in (0.5, 0.75, 1.2):
        arrays = {
            f"cam{n}": factor
            * finish(scene_of(challenges[0], n).right, *size_of(scene_of(challenges[0], n)))
            for n in range(4)
        }
        verdict = CHECK.judge(challenges[0], Record({"cases": [{"returned": True}] * 4}, arrays))
        assert (verdict.score, verdict.misconception) == (0.0, "unnormalised")


def test_maps_of_zeros_say_nothing(challenges):
    scenes = [scene_of(challenges[0], number) for number in range(4)]
    assert explanation([np.zeros(size_of(scene)) for scene in scenes], scenes) is None
    assert explanation([-np.ones(size_of(scene)) for scene in scenes], scenes) is None
