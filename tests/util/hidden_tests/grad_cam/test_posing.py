"""What is drawn: every known mistake is off, and like no other."""

import numpy as np
import pytest

from proctor.seeds import generator
from util.answering.record import Record
from util.hidden_tests import grad_cam
from util.hidden_tests.grad_cam.finishing import right_ways
from util.hidden_tests.grad_cam.judging import ALIKE
from util.hidden_tests.grad_cam.mistakes import SEEN, scene_of

CHECK = grad_cam


def test_the_cases_cover_both_heads_and_both_layers():
    cases = CHECK.pose(generator(12)).data["cases"]
    asked = {(case["head"], case["layers"].index(case["layer"])) for case in cases}
    assert asked == {("pooled", 0), ("pooled", 1), ("flat", 0), ("flat", 1)}


def test_every_seed_draws_other_weights_and_the_same_seed_the_same():
    one, same, other_seed = (CHECK.pose(generator(seed)) for seed in (7, 7, 8))
    assert one.data == same.data
    np.testing.assert_array_equal(one.arrays["patch0"], same.arrays["patch0"])
    assert not np.array_equal(one.arrays["patch0"], other_seed.arrays["patch0"])


def test_two_pictures_are_tall_and_two_are_wide():
    for seed in range(5):
        arrays = CHECK.pose(generator(seed)).arrays
        shapes = sorted(arrays[f"image{number}"].shape for number in range(4))
        assert shapes == [(20, 28, 3)] * 2 + [(28, 20, 3)] * 2


def test_exactly_one_case_asks_for_category_0():
    for seed in range(5):
        cases = CHECK.pose(generator(seed)).data["cases"]
        assert [case["category"] for case in cases].count(0) == 1
        assert all(case["category"] < case["classes"] for case in cases)


@pytest.mark.parametrize("seed", range(5))
def test_every_variant_of_every_mistake_is_off_in_some_case(seed):
    challenge = CHECK.pose(generator(seed))
    cases = challenge.data["cases"]
    known = [grad_cam.mistaken(challenge, number) for number in range(len(cases))]
    for mistake in grad_cam.MISTAKES:
        for variant in range(len(known[0][mistake])):
            errors = [
                grad_cam.error_of(
                    challenge, number, maps[mistake][variant], case["category"], case["layer"]
                )
                for number, (maps, case) in enumerate(zip(known, cases, strict=True))
            ]
            assert max(errors) > 1.5 * grad_cam.TOLERANCE, (mistake, variant)


@pytest.mark.parametrize("seed", range(5))
def test_no_mistake_is_like_another(seed):
    challenge = CHECK.pose(generator(seed))
    known = [grad_cam.mistaken(challenge, number) for number in range(4)]
    named = [
        (name, [maps[name][variant] for maps in known])
        for name in grad_cam.MISTAKES
        for variant in range(len(known[0][name]))
        if name not in SEEN
    ]
    for place, (name, maps) in enumerate(named):
        for other, others in named[:place]:
            if other != name:
                gap = max(np.abs(a - b).max() for a, b in zip(maps, others, strict=True))
                assert gap > 2 * ALIKE, (name, other)


def test_no_number_of_channels_is_one_of_rows_or_columns():
    challenge = CHECK.pose(generator(3))
    for number, case in enumerate(challenge.data["cases"]):
        shapes = [grad_cam.work_out(challenge, number).maps[name].shape for name in case["layers"]]
        assert not {shape[2] for shape in shapes} & {*shapes[0][:2], *shapes[1][:2]}
        assert shapes[0][2] != shapes[1][2]


@pytest.mark.parametrize("seed", range(10))
def test_right_ways_of_enlarging_a_map_pass(seed):
    challenge = CHECK.pose(generator(seed))
    scenes = [scene_of(challenge, number) for number in range(4)]
    ways = [right_ways(scene.right, *scene.worked.image.shape[:2]) for scene in scenes]
    for way in range(len(ways[0])):
        answer = Record({"cases": [{}] * 4}, {f"cam{n}": ways[n][way] for n in range(4)})
        assert CHECK.judge(challenge, answer).score == 1.0
