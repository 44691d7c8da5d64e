"""Mistakes about the sum over channels, written out channel by channel."""

import numpy as np
import pytest

from util.hidden_tests.grad_cam.summing import SUMMING

MISTAKES = {mistake.name: mistake for mistake in SUMMING}


def weights_of(gradients):
    """Return the right weights."""
    return [gradients[1][..., k].mean() for k in range(5)]


def terms(m, g):
    """Return each channel times its weight."""
    return [weight * m[..., k] for k, weight in enumerate(weights_of(g))]


def softmax(m, g):
    """Return the map of weights that went through a softmax."""
    powers = [np.e**weight for weight in weights_of(g)]
    return sum(power / sum(powers) * m[..., k] for k, power in enumerate(powers))


def reshaped(m, g, w):
    flat = m.ravel()
    cam = sum(weight * flat[6 * k : 6 * k + 6] for k, weight in enumerate(weights_of(g)))
    return [cam.reshape(2, 3)]


def one_row(m, g, w):
    row = g[1][0].mean(axis=0)
    both = sum(row[k] * m[:1, :, k] for k in range(5))
    return [sum(terms(m, g))[:1], both]


def heaviest(m, g, w):
    return [m[..., int(np.argmax(weights_of(g)))]]


BY_HAND = {
    "no_weights": lambda m, g, w: [m.sum(axis=2), softmax(m, g), m.max(axis=2)],
    "gradient_only": lambda m, g, w: [g[1].sum(axis=2) / 5, g[1].max(axis=2)],
    "relu_first": lambda m, g, w: [sum(terms(np.where(m > 0, m, 0), g))],
    "relu_each": lambda m, g, w: [sum(np.where(term > 0, term, 0) for term in terms(m, g))],
    "strongest_term": lambda m, g, w: [np.max(terms(m, g), axis=0)],
    "one_channel": lambda m, g, w: [terms(m, g)[4], terms(m, g)[0], m[..., 0], m[..., 4]],
    "heaviest_channel": heaviest,
    "channel_skipped": lambda m, g, w: [sum(terms(m, g)[1:]), sum(terms(m, g)[:-1])],
    "from_ones": lambda m, g, w: [np.ones((2, 3)) + sum(terms(m, g))],
    "reshaped": reshaped,
    "transposed": lambda m, g, w: [sum(terms(m, g)).T],
    "one_row": one_row,
    "channel_for_batch": lambda m, g, w: [
        [[sum(m[i, j, 0] * g[1][:, j, 0].mean() for j in range(3)) for i in range(2)]]
    ],
}


@pytest.mark.parametrize("name", BY_HAND)
def test_each_mistake_is_what_its_name_says(name, gives_what_is_written_out):
    gives_what_is_written_out(MISTAKES[name], BY_HAND[name])


def test_all_mistakes_of_this_kind_are_written_out():
    assert set(BY_HAND) == set(MISTAKES)
