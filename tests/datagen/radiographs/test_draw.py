"""The drawing's contract: determinism, shapes, labels, masks, sides."""

import hashlib
import subprocess
import sys

import cv2
import numpy as np
import pytest

from datagen.radiographs import draw, draw_population_findings
from util.labels import LABELS


def digest(picture):
    parts = (picture.image, picture.labels, picture.severity, picture.masks)
    return hashlib.sha256(b"".join(p.tobytes() for p in parts)).hexdigest()


@pytest.mark.parametrize("threads", [1, 3])
def test_same_seed_gives_same_bytes_in_another_process(threads):
    code = (
        f"import cv2; cv2.setNumThreads({threads})\n"
        "import hashlib\nfrom datagen.radiographs import draw\np = draw(41)\n"
        "parts = (p.image, p.labels, p.severity, p.masks)\n"
        "print(hashlib.sha256(b''.join(x.tobytes() for x in parts)).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digest(draw(41))


def test_drawing_others_in_between_changes_nothing():
    first = digest(draw(42))
    draw(43)
    assert digest(draw(42)) == first


def test_types_and_shapes():
    picture = draw(5, findings={"Mass": 0.8, "Effusion": 0.5})
    assert picture.image.shape == (320, 320)
    assert picture.image.dtype == np.uint8
    assert picture.labels.shape == (14,)
    assert picture.labels.dtype == np.uint8
    assert picture.severity.dtype == np.float32
    assert picture.masks.shape == (14, 320, 320)
    assert picture.masks.dtype == np.bool_
    assert 18 <= picture.age <= 90
    assert picture.sex in {"F", "M"}


@pytest.mark.parametrize("seed", range(60, 72))
def test_labels_severities_and_masks_agree(seed):
    findings = draw_population_findings(seed)
    picture = draw(seed)
    for i, label in enumerate(LABELS):
        present = label in findings
        assert bool(picture.labels[i]) == present
        assert picture.severity[i] == np.float32(findings.get(label, 0))
        assert bool(picture.masks[i].any()) == present, label


def test_mask_grid_is_the_covered_share():
    picture = draw(6, findings={"Emphysema": 0.7})
    grid = picture.mask_grid(10)
    blocks = picture.masks.reshape(14, 10, 32, 10, 32).mean(axis=(2, 4))
    assert grid.dtype == np.float32
    np.testing.assert_allclose(grid, blocks, atol=1e-6)


@pytest.mark.parametrize("size", [160, 224])
def test_another_size_is_the_same_picture(size):
    full = draw(8, findings={"Mass": 0.9})
    small = draw(8, findings={"Mass": 0.9}, size=size)
    shrunk = cv2.resize(full.image, (size, size), interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs(shrunk - small.image).mean() < 6
    i = LABELS.index("Mass")
    assert full.masks[i].mean() == pytest.approx(small.masks[i].mean(), rel=0.1)


def test_anatomy_seed_keeps_the_patient():
    one, other = draw(1, findings={}, anatomy_seed=9), draw(2, findings={}, anatomy_seed=9)
    assert (one.age, one.sex) == (other.age, other.sex)
    assert not np.array_equal(one.image, other.image)
    # Apart from the marker's corner and the grain it is the same chest.
    difference = np.abs(one.image[60:].astype(int) - other.image[60:])
    assert np.median(difference) <= 6


@pytest.mark.parametrize("findings", [{"Flu": 0.5}, {"Mass": 0.0}, {"Mass": 1.5}])
def test_what_cannot_be_drawn_is_refused(findings):
    with pytest.raises(ValueError, match=r"Flu|Mass"):
        draw(1, findings=findings)


def test_heart_apex_and_stomach_lie_on_the_image_right():
    mask = draw(11, findings={"Cardiomegaly": 0.8}).masks[LABELS.index("Cardiomegaly")]
    columns = np.flatnonzero(mask.any(axis=0))
    centre = draw(11, findings={"Emphysema": 0.8}).masks[LABELS.index("Emphysema")]
    middle = np.flatnonzero(centre.any(axis=0))[[0, -1]].mean()
    assert columns[-1] - middle > middle - columns[0]
