"""What the lesson's text says of its figures is what the shipped weights and tables give."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from util import get_mean_std_per_batch, load_C3M3_model, load_image_normalize, load_masks
from util.class_activation import reference_cam, reference_cams
from util.labels import LABELS

FOLDER = Path(__file__).resolve().parent.parent.parent / "source" / "C3M3"
IMAGES = FOLDER / "data/nih_new/images-small"
LAYER = "conv5_block16_concat"


@pytest.fixture(scope="module")
def network():
    return load_C3M3_model(FOLDER)


@pytest.fixture(scope="module")
def picture():
    """Return a function that loads a case as the lesson does."""
    table = pd.read_csv(FOLDER / "data/nih_new/train-small.csv")
    mean, std = get_mean_std_per_batch(f"{IMAGES}/", table)
    return lambda name: load_image_normalize(IMAGES / f"{name}_000.png", mean, std)


def test_mass_is_the_highest_bar_with_pneumonia_and_nodule_above_one_half(network, picture):
    predictions = network(picture("SYN00901")).numpy()[0]
    order = [LABELS[place] for place in np.argsort(-predictions)]
    assert order[:3] == ["Mass", "Pneumonia", "Nodule"]
    assert (predictions > 0.5).sum() == 3
    assert predictions[LABELS.index("Pneumonia")] > 0.9


def test_the_maps_of_the_second_case_are_zero(network, picture):
    image = picture("SYN00902")
    for label in ("Cardiomegaly", "Mass", "Edema"):
        assert not reference_cam(network, image, LABELS.index(label), LAYER).any(), label


@pytest.fixture(scope="module")
def peaks(network, picture):
    """Where the maps of the test split peak: by finding the mask and the peak's place."""
    found = {}
    for name, masks in load_masks(FOLDER / "data/nih_new/test-masks.json").items():
        maps = reference_cams(network, picture(name.removesuffix("_000.png")), LAYER)
        for label, mask in masks.items():
            heat = maps[LABELS.index(label)]
            found[label] = mask, np.unravel_index(np.argmax(heat), heat.shape)
    return found


def test_eleven_peaks_of_fourteen_hit_and_the_others_are_near_misses(peaks):
    away = {
        label: cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[
            peak
        ]
        for label, (mask, peak) in peaks.items()
    }
    assert len(away) == 14
    missed = {label for label, distance in away.items() if distance > 0}
    assert missed == {"Nodule", "Pneumothorax", "Pleural_Thickening"}
    assert max(away.values()) < 16


def test_the_nodules_are_two_each_smaller_than_a_position_and_the_other_is_faint(
    peaks, network, picture
):
    mask, _ = peaks["Nodule"]
    count, parts, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    assert count - 1 == 2
    assert (boxes[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] < 32).all()
    heat = reference_cam(network, picture("SYN00115"), LABELS.index("Nodule"), LAYER)
    over = [heat[parts == number].max() for number in (1, 2)]
    assert min(over) < 0.5 < max(over)


def test_the_map_spreads_beyond_the_atelectasis(peaks, network, picture):
    mask, peak = peaks["Atelectasis"]
    assert mask[peak]
    heat = reference_cam(network, picture("SYN00116"), LABELS.index("Atelectasis"), LAYER)
    assert (heat > 0.5)[~mask].sum() > 0.5 * mask.sum()


def test_the_map_of_a_hernia_that_is_not_there_is_bright_over_a_shoulder(network, picture):
    image, hernia = picture("SYN00116"), LABELS.index("Hernia")
    assert network(image).numpy()[0, hernia] < 0.1
    heat = reference_cam(network, image, hernia, LAYER)
    row, column = np.unravel_index(np.argmax(heat), heat.shape)
    assert row < 64
    assert column < 64
    assert heat[192:, 224:].max() > 0.5


def test_the_riskiest_person_is_as_the_text_says(embedded, explained):
    rf, X, _ = embedded
    first = X.index[np.argmax(rf.predict_proba(X)[:, 1])]
    assert X.loc[first, "Red blood cells"] == 88.8
    ranked = explained.loc[first].sort_values(ascending=False)
    assert set(ranked.index[:4]) == {"Age", "Diastolic BP", "Poverty index", "Sex"}
    assert ranked.index[0] == "Age"
    assert ranked.iloc[-1] > -0.02


def test_age_turns_positive_at_58_and_women_differ_on_either_side(embedded, explained):
    _, X, _ = embedded
    age, men, of_age = X["Age"], X["Sex"] == 1, explained["Age"]
    assert (of_age[age < 53] < 0).all()
    assert (of_age[age >= 58] > 0).all()
    by_year = of_age.groupby([age, men]).mean().unstack()
    assert (by_year.loc[58:, True] > by_year.loc[58:, False]).all()
    assert (by_year.loc[:49, True] < by_year.loc[:49, False]).all()


def test_the_text_says_so(instructor):
    text = " ".join(cell.source for cell in instructor.cells)
    for words in (
        "*Pneumonia* is almost as high",
        "all three maps are zero everywhere",
        'stand for "not measured"',
        "They turn positive at about 58",
        "In the third picture there are two nodules",
        "All misses of the table are near misses of this kind.",
        "16 pixels, each of them would be a hit",
        "the brightest is over a shoulder",
        "The first map spreads well beyond the outline.",
        "marks come from other, small models and pictures",
        "features=person.iloc[0]",
    ):
        assert words in text, words
