"""What the lesson's text says of its figures is what the shipped weights and tables give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from util import get_mean_std_per_batch, load_C3M3_model, load_image_normalize
from util.class_activation import reference_cam
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
        "marks come from other, small models and pictures",
        "features=person.iloc[0]",
    ):
        assert words in text, words
