"""Mistakes about the weights, written out channel by channel."""

import numpy as np
import pytest

from util.hidden_tests.grad_cam.pooling import POOLING

MISTAKES = {mistake.name: mistake for mistake in POOLING}


def weighted(maps, weights):
    """Return the sum of channels, each times its weight."""
    return sum(weights[k] * maps[..., k] for k in range(maps.shape[-1]))


def per_channel(pool):
    """Return what the map is when each channel's gradients are pooled by a function."""

    def maps_of(m, g, w):
        return [weighted(m, [pool(g[1][..., k]) for k in range(5)])]

    return maps_of


def one_axis(m, g, w):
    over_height = (g[1][:1] + g[1][1:]) / 2
    over_width = (g[1][:, :1] + g[1][:, 1:2] + g[1][:, 2:]) / 3
    return [(m * over_height).sum(axis=2), (m * over_width).sum(axis=2)]


def guided(m, g, w):
    gated = np.where((m > 0) & (g[1] > 0), g[1], 0)
    return [weighted(m, gated.mean(axis=(0, 1)))]


def plus_plus(m, g, w):
    alpha = g[1] ** 2 / (2 * g[1] ** 2 + g[1] ** 3 * m.sum(axis=(0, 1)))
    return [weighted(m, (alpha * np.maximum(g[1], 0)).sum(axis=(0, 1)))]


def spread(m, g, w):
    return [
        *per_channel(np.std)(m, g, w),
        *per_channel(lambda one: np.sqrt((one**2).sum()))(m, g, w),
    ]


BY_HAND = {
    "channel_pooled": lambda m, g, w: [m.mean(axis=2) * g[1].mean(axis=2)],
    "one_axis": one_axis,
    "one_weight": lambda m, g, w: [weighted(m, [g[1].mean()] * 5)],
    "elementwise": lambda m, g, w: [sum(m[..., k] * g[1][..., k] for k in range(5))],
    "layer_cam": lambda m, g, w: [
        sum(m[..., k] * np.where(g[1] > 0, g[1], 0)[..., k] for k in range(5))
    ],
    "maximum": per_channel(np.max),
    "median": per_channel(np.median),
    "spread": spread,
    "one_position": lambda m, g, w: [
        weighted(m, g[1][0, 0]),
        weighted(m, g[1][1, 1]),
        weighted(m, g[1][1, 2]),
    ],
    "first_row": lambda m, g, w: [weighted(m, g[1][0].mean(axis=0))],
    "weight_signs": per_channel(lambda one: 1.0 if one.mean() > 0 else -1.0),
    "weight_relu": per_channel(lambda one: max(one.mean(), 0)),
    "weight_absolute": lambda m, g, w: [
        *per_channel(lambda one: abs(one.mean()))(m, g, w),
        *per_channel(lambda one: one.mean() ** 2)(m, g, w),
    ],
    "gradient_relu": per_channel(lambda one: np.where(one > 0, one, 0).mean()),
    "gradient_absolute": per_channel(lambda one: np.where(one > 0, one, -one).mean()),
    "gradient_sign": per_channel(lambda one: np.where(one > 0, 1, -1).mean()),
    "guided": guided,
    "plus_plus": plus_plus,
    "activation_weights": lambda m, g, w: [weighted(m, m.mean(axis=(0, 1)))],
    "swapped": lambda m, g, w: [weighted(g[1], m.mean(axis=(0, 1)))],
}


@pytest.mark.parametrize("name", BY_HAND)
def test_each_mistake_is_what_its_name_says(name, gives_what_is_written_out):
    gives_what_is_written_out(MISTAKES[name], BY_HAND[name])


def test_all_mistakes_of_this_kind_are_written_out():
    assert set(BY_HAND) == set(MISTAKES)
