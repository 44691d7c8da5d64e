"""Wrong ideas that the tolerance would let pass, written out by hand."""

import numpy as np
import pytest

from util.hidden_tests.grad_cam.nearby import (
    NEARBY,
    NEARBY_SENTENCES,
    VARIANTS_NEARBY,
    nearby,
)

MISTAKES = {mistake.name: mistake for mistake in NEARBY}


def weighted(maps, weights):
    """Return the sum of channels, each times its weight."""
    return sum(weights[k] * maps[..., k] for k in range(maps.shape[-1]))


def at(*positions):
    """Return the map whose weights are means over some positions."""
    return lambda m, g: weighted(m, np.mean([g[1][place] for place in positions], axis=0))


def centred(m, g, w):
    weights = g[1].mean(axis=(0, 1))
    right = weighted(m, weights)
    standardised = [(m[..., k] - m[..., k].mean()) / m[..., k].std() for k in range(5)]
    return [right - right.mean(), sum(weights[k] * standardised[k] for k in range(5))]


BY_HAND = {
    "some_positions": [
        at((0, 0), (0, 2)),
        at((1, 1)),
        at((0, 0), (0, 1), (0, 2)),
        at((0, 0), (1, 0), (0, 2), (1, 2)),
        at((1, 1), (1, 2)),
        at((0, 0), (0, 1)),
        None,
        at((0, 0), (0, 1), (0, 2)),
        at((0, 0), (1, 0)),
    ],
}


def test_some_positions_are_those_that_are_meant(scene):
    worked = scene.worked
    for variant, by_hand in zip(
        MISTAKES["some_positions"].variants, BY_HAND["some_positions"], strict=True
    ):
        # The case has two rows: without the border nothing is left of it.
        if by_hand is not None:
            wanted = by_hand(worked.maps["two"], worked.gradients["two"])
            np.testing.assert_allclose(variant(scene), wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        (
            "weights_centred",
            lambda m, g, w: [weighted(m, g[1].mean(axis=(0, 1)) - g[1].mean())],
        ),
        (
            "channels_scaled",
            lambda m, g, w: [
                weighted(
                    m, [g[1][..., k].mean() / np.sqrt((g[1][..., k] ** 2).mean()) for k in range(5)]
                )
            ],
        ),
        ("centred", centred),
    ],
)
def test_each_idea_is_what_its_name_says(name, by_hand, gives_what_is_written_out):
    gives_what_is_written_out(MISTAKES[name], by_hand)


@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
def test_all_of_them_have_a_sentence_and_are_counted(scene):
    assert len(nearby(scene)) == sum(VARIANTS_NEARBY.values())
    assert set(NEARBY_SENTENCES) == {*MISTAKES, "bent", "other_weights"}
    assert len(set(NEARBY_SENTENCES.values())) == len(NEARBY_SENTENCES)
