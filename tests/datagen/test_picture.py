"""What is stored for the picture on feedback pages is what the shipped network gives."""

from pathlib import Path

import keras
import numpy as np
import pytest

from datagen.picture import RADIOGRAPH, fold
from util.class_activation import reference_cams
from util.hidden_tests.grad_cam.picture import CATEGORY, LAYER, STORED, question, reference
from util.images import get_mean_std_per_batch, load_image_normalize
from util.loss import read_label_table
from util.model import load_C3M3_model


@pytest.fixture(scope="module")
def network(root):
    return load_C3M3_model(root / "source" / "C3M3")


@pytest.fixture(scope="module")
def image(root):
    folder = root / "source" / "C3M3" / "data" / "nih_new"
    mean, std = get_mean_std_per_batch(
        folder / "images-small", read_label_table(folder / "train-small.csv")
    )
    return load_image_normalize(folder / "images-small" / RADIOGRAPH, mean, std)


@pytest.mark.lesson
def test_the_stored_maps_and_head_predict_what_the_network_predicts(network, image):
    stored = np.load(STORED)
    maps = keras.Model(network.input, network.get_layer(LAYER).output)(image).numpy()[0]
    np.testing.assert_allclose(stored["image"], maps, atol=0.02)
    dense, bias = fold(network, LAYER)
    np.testing.assert_allclose(stored["dense"], dense, atol=1e-5)
    logits = maps.mean((0, 1)) @ dense + bias
    np.testing.assert_allclose(1 / (1 + np.exp(-logits)), network(image).numpy()[0], atol=1e-4)


@pytest.mark.lesson
def test_the_stored_reference_is_the_lessons(network, image):
    lesson = reference_cams(network, image, LAYER)[CATEGORY]
    assert np.mean((reference() - lesson) ** 2) < 1e-4


@pytest.mark.lesson
def test_a_head_that_does_not_follow_the_layer_is_refused(network):
    with pytest.raises(ValueError, match="bn does not follow"):
        fold(network, "conv4_block1_concat")


def test_the_file_is_small():
    assert Path(STORED).stat().st_size < 400_000
    assert question().arrays["image0"].shape == (10, 10, 1024)
