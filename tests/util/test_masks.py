"""The masks of the test pictures, as a student loads them."""

import json

import numpy as np
import pandas as pd
import pytest

from datagen.radiographs.shipping import expand_runs, run_lengths
from util.errors import LessonDataError
from util.masks import load_masks


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of masks."""

    def written(content):
        path = tmp_path / "masks.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return written


def test_every_finding_of_the_shipped_test_split_has_a_mask(root):
    folder = root / "source/C3M3/data/nih_new"
    masks = load_masks(folder / "test-masks.json")
    table = pd.read_csv(folder / "test.csv").set_index("Image").drop(columns="PatientId")
    assert {image: set(found) for image, found in masks.items()} == {
        image: set(row.index[row == 1]) for image, row in table.iterrows()
    }
    for found in masks.values():
        for mask in found.values():
            assert (mask.shape, mask.dtype) == ((320, 320), bool)
            assert 0 < mask.mean() < 0.5


def test_a_mask_is_what_the_maker_of_the_file_says(root):
    path = root / "source/C3M3/data/nih_new/test-masks.json"
    runs = json.loads(path.read_text())["masks"]
    for image, found in load_masks(path).items():
        for label, mask in found.items():
            np.testing.assert_array_equal(mask, expand_runs(runs[image][label], 320))


def test_masks_come_back_as_they_were_written(write):
    rng = np.random.default_rng(0)
    mask = rng.uniform(size=(8, 8)) > 0.5
    mask[0, 0] = True
    path = write({"version": 1, "size": 8, "masks": {"a.png": {"Mass": run_lengths(mask)}}})
    np.testing.assert_array_equal(load_masks(path)["a.png"]["Mass"], mask)


def test_no_file_is_no_masks_only_where_that_was_said(tmp_path):
    assert load_masks(tmp_path / "none.json", missing_ok=True) == {}
    with pytest.raises(LessonDataError, match=r"can't be opened \(No such file"):
        load_masks(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "the file is not JSON"),
        ([1], "a JSON list"),
        ({"version": 2, "size": 4, "masks": {}}, "version 2"),
        ({"version": 1, "masks": {}}, "KeyError"),
        ({"version": 1, "size": 4, "masks": {"a": {"Mass": [1, 2]}}}, "3 pixels for Mass of a"),
        ({"version": 1, "size": 4, "masks": {"a": {"Mass": [-1, 17]}}}, "16 pixels for Mass"),
        ({"version": 1, "size": 4, "masks": {"a": {"Mass": ["x"]}}}, "ValueError"),
        ({"version": 1, "size": 4, "masks": {"a": [1]}}, "AttributeError"),
    ],
)
def test_a_damaged_file_is_an_error_that_says_how(write, content, says):
    with pytest.raises(LessonDataError, match=says) as caught:
        load_masks(write(content))
    assert "put the file that came with the lesson back" in str(caught.value)
