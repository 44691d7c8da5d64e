"""Each finding shows, shows inside its mask, grows with severity, and leaves the rest alone."""

import numpy as np
import pytest

from datagen.radiographs import draw
from datagen.radiographs.anatomy import sample_anatomy
from datagen.radiographs.findings import ORDER, SHAPES, SIGNS
from datagen.radiographs.texture import stream
from util.labels import LABELS

LOCAL = (
    "Effusion", "Hernia", "Infiltration", "Mass", "Nodule", "Pleural_Thickening", "Pneumonia",
    "Consolidation",
)  # fmt: skip


def pair(label, severity=0.7, seed=31):
    normal = draw(seed, findings={}).image.astype(float)
    picture = draw(seed, findings={label: severity})
    return normal, picture.image.astype(float), picture.masks[LABELS.index(label)]


def test_every_label_has_a_sign():
    assert set(SIGNS) == set(SHAPES) == set(LABELS) == set(ORDER)


@pytest.mark.parametrize("label", LABELS)
def test_it_changes_the_picture_inside_its_mask(label):
    normal, ill, mask = pair(label)
    change = np.abs(ill - normal)
    assert change[mask].mean() > 4
    assert change[mask].mean() > 1.3 * change[~mask].mean()


@pytest.mark.parametrize("label", LOCAL)
def test_a_local_finding_leaves_the_rest_nearly_alone(label):
    normal, ill, mask = pair(label)
    change = np.abs(ill - normal)
    assert np.percentile(change[~mask], 75) < 4


@pytest.mark.parametrize("label", ["Effusion", "Mass", "Pneumonia", "Consolidation", "Nodule"])
def test_fluid_and_tissue_are_whiter(label):
    normal, ill, mask = pair(label)
    assert (ill - normal)[mask].mean() > 0


def test_gas_is_blacker():
    normal, ill, mask = pair("Emphysema", 0.8)
    assert (ill - normal)[mask].mean() < 0


@pytest.mark.parametrize("label", ["Mass", "Effusion", "Pneumothorax", "Hernia"])
def test_it_grows_with_severity(label):
    areas = [pair(label, severity)[2].sum() for severity in (0.4, 0.7, 1.0)]
    assert areas[0] < areas[1] < areas[2]


@pytest.mark.parametrize("severity", [0.35, 0.7, 1.0])
def test_cardiothoracic_ratio(severity):
    normal, ill = sample_anatomy(stream(3, 1)), sample_anatomy(stream(3, 1))
    SHAPES["Cardiomegaly"](ill, severity, stream(3, 2))
    assert normal.ctr < 0.5
    assert ill.ctr > 0.55


@pytest.mark.parametrize("seed", range(90, 96))
def test_mass_and_nodule_sizes_in_centimetres(seed):
    millimetre = 2 * sample_anatomy(stream(seed, 1)).half_width
    millimetre /= 320 * sample_anatomy(stream(seed, 1)).field_share
    mask = draw(seed, findings={"Mass": 0.4}).masks[LABELS.index("Mass")]
    assert 2 * np.sqrt(mask.sum() / np.pi) * millimetre > 30
    one = draw(seed, findings={"Nodule": 1.0}).masks[LABELS.index("Nodule")]
    rows = np.flatnonzero(one.any(axis=1))
    assert (np.diff(rows) == 1).sum() > 0
    assert np.sqrt(one.sum() / np.pi / 3) * 2 * millimetre < 30
