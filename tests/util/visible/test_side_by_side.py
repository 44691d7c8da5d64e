"""The figure of a wrong map."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from util.visible import side_by_side

MAP = np.linspace(0, 1, 100).reshape(10, 10)


@pytest.mark.filterwarnings("error")
def test_nothing_is_left_open_and_nothing_is_said_without_a_display():
    mpl.use("Agg")
    before = plt.get_fignums()
    side_by_side.draw(MAP * 7, MAP, 1 - MAP)
    assert plt.get_fignums() == before


def test_the_three_are_drawn_in_their_order(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        plt, "show", lambda: drawn.extend(a.images[0].get_array().data for a in plt.gcf().axes)
    )
    side_by_side.draw(MAP * 7, MAP, 1 - MAP)
    for shown, given in zip(drawn, (MAP * 7, MAP, 1 - MAP), strict=True):
        np.testing.assert_array_equal(shown, given)


def test_a_window_stays_open(monkeypatch):
    monkeypatch.setattr(mpl, "get_backend", lambda: "qtagg")
    monkeypatch.setattr(plt, "show", lambda: None)
    side_by_side.draw(MAP, MAP, MAP)
    (number,) = plt.get_fignums()
    plt.close(number)


def test_a_broken_pyplot_does_not_get_in_the_way(monkeypatch):
    monkeypatch.setattr(plt, "subplots", lambda *_, **__: 1 / 0)
    side_by_side.draw(MAP, MAP, MAP)
