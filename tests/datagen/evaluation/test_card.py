import dataclasses

import cv2
import numpy as np
import pytest

from datagen.evaluation.card import render
from datagen.evaluation.measure import Area, Figures, Peaks, measure
from datagen.evaluation.sample import LOCALISED, Drawn, draw_sample
from datagen.evaluation.targets import STORY, misses
from datagen.radiographs.cases import CASES, CLEAR_MASS
from util.labels import LABELS


@pytest.fixture
def good():
    cases = {case.image: dict.fromkeys(LABELS, 0.5) for case in CASES}
    for told in STORY:
        cases[told.image][told.finding] = told.least if told.least > 0 else told.most
    return Figures(
        count=1000,
        positives=dict.fromkeys(LABELS, 100),
        areas=dict.fromkeys(LABELS, Area(0.95, 0.93, 0.97)),
        macro=Area(0.95, 0.94, 0.96),
        peaks=dict.fromkeys(LOCALISED, Peaks(present=100, detected=100, hits=85)),
        cases=cases,
    )


def test_reaching_a_target_exactly_is_reaching_it(good):
    assert misses(good) == []
    card = render(good, seed=777)
    assert "Every target is reached." in card
    assert "**no**" not in card
    assert "| Mass | 100 of 100 | 85.0% | 76.7% to 90.7% | 85% | yes |" in card
    assert "--seed 777" in card


def test_the_card_says_what_the_model_is_not(good):
    card = render(good, seed=777)
    assert "never seen a patient" in card
    assert "not for clinical use" in card


def test_every_miss_is_named_with_its_figure(good):
    areas = good.areas | {"Nodule": Area(0.7, 0.6, 0.8)}
    peaks = good.peaks | {"Mass": Peaks(10, 10, 8), "Hernia": Peaks(10, 0, 0)}
    cases = good.cases | {CLEAR_MASS.image: good.cases[CLEAR_MASS.image] | {"Mass": 0.89}}
    bad = dataclasses.replace(
        good, areas=areas, macro=Area(0.9, 0.8, 1.0), peaks=peaks, cases=cases
    )
    assert misses(bad) == [
        "macro AUC 0.900, target 0.92",
        "Nodule: AUC 0.700, target 0.78",
        "Mass: the Grad-CAM peaks on 8 of 10 detected findings, target 85%",
        "Hernia: the Grad-CAM peaks on 0 of 0 detected findings, target 70%",
        f"case {CLEAR_MASS.image}: Mass 0.89, target at least 0.9",
    ]
    card = render(bad, seed=1)
    for line in misses(bad):
        assert f"- {line}" in card
    assert card.count("**no**") == 5


class Oracle:
    """Stands in for the network: sees a finding in pictures that are bright where it lies."""

    def __call__(self, images):
        p = np.where(images[:, 0, :14, 0] > 0, 0.9, 0.1)
        cams = np.full((len(images), 10, 10, 14), -1.0)
        cams[:, 4, 4] = 1
        return p, cams


def test_figures_of_a_network_that_knows(tmp_path):
    rng = np.random.default_rng(0)
    sample = []
    for _ in range(40):
        labels = rng.integers(0, 2, 14, dtype=np.uint8)
        image = np.zeros((320, 320), np.uint8)
        image[0, :14] = 255 * labels
        mask = np.zeros((320, 320), bool)
        mask[140:150, 140:150] = True
        masks = {n: mask if n != "Hernia" else ~mask & False for n in LOCALISED}
        masks = {n: m for n, m in masks.items() if labels[LABELS.index(n)]}
        sample.append(Drawn(image, labels, masks))
    for case in CASES:
        cv2.imwrite(str(tmp_path / case.image), np.zeros((320, 320), np.uint8))
    figures = measure(Oracle(), sample, (100.0, 50.0), tmp_path)
    assert figures.count == 40
    assert figures.macro == Area(1.0, 1.0, 1.0)
    mass = figures.peaks["Mass"]
    assert mass.present == mass.detected == mass.hits == figures.positives["Mass"] > 0
    assert figures.peaks["Hernia"].hits == 0
    assert figures.cases[CLEAR_MASS.image]["Mass"] == pytest.approx(0.1)


def test_too_few_radiographs_to_measure(tmp_path):
    one = Drawn(np.zeros((320, 320), np.uint8), np.zeros(14, np.uint8), {})
    with pytest.raises(ValueError, match="All radiographs are alike in Cardiomegaly"):
        measure(Oracle(), [one], (100.0, 50.0), tmp_path)


def test_the_sample_is_drawn_in_order_with_the_masks_that_are_scored():
    from datagen.radiographs import draw

    seeds = range(200_000_000, 200_000_003)
    for seed, one in zip(seeds, draw_sample(seeds, workers=1), strict=True):
        expected = draw(seed)
        np.testing.assert_array_equal(one.image, expected.image)
        assert set(one.masks) == {n for n in LOCALISED if expected.labels[LABELS.index(n)]}
