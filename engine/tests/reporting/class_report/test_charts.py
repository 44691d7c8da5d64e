from dataclasses import replace

import pytest
from defusedxml import ElementTree

from proctor.reporting.class_report.charts import exercises_chart, ticks, totals_chart
from proctor.reporting.class_report.statistics import exercise_figures


@pytest.mark.parametrize("totals", [[0.0], [10.0, 20.0, 40.0], [3.5] * 100])
def test_totals_are_drawn_as_an_svg(totals):
    drawn = ElementTree.fromstring(totals_chart(totals, 40))
    assert drawn.tag.endswith("svg")


def test_each_status_that_occurs_has_its_colour(work):
    figures = exercise_figures([work("ann"), work("bob", "failed"), work("cy", "timeout")])
    drawn = exercises_chart(figures)
    ElementTree.fromstring(drawn)
    for colour, there in (
        ("#009e73", True),
        ("#d55e00", True),
        ("#56b4e9", True),
        ("#cc79a7", False),
    ):
        assert (colour in drawn) is there


def test_the_same_class_gives_the_same_drawing():
    assert totals_chart([1, 2], 4) == totals_chart([1, 2], 4)


def test_bars_are_as_high_as_there_are_students():
    drawn = ElementTree.fromstring(totals_chart([1.0, 1.5, 9.0], 10))
    bars = [one for one in drawn if one.tag.endswith("rect")]
    heights = [float(bar.get("height")) for bar in bars]
    assert heights == [230.0, 115.0]


def test_shares_of_an_exercise_fill_its_row(work):
    figures = exercise_figures([work("ann"), work("bob", "failed"), work("cy", "failed")])
    drawn = ElementTree.fromstring(exercises_chart(figures[:1]))
    bars = [one for one in drawn if one.tag.endswith("rect") and one.get("height") == "24"]
    assert [float(bar.get("width")) for bar in bars] == pytest.approx([166.67, 333.33])


def test_a_title_is_text_whatever_is_in_it(work):
    (one, *_) = exercise_figures([work("ann")])
    drawn = exercises_chart([replace(one, title="<script>&" + "x" * 100)])
    assert "<script" not in drawn
    ElementTree.fromstring(drawn)


@pytest.mark.parametrize(
    ("most", "wanted"),
    [
        (40, [0, 5, 10, 15, 20, 25, 30, 35, 40]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (7, [0, 1, 2, 3, 4, 5, 6, 7]),
        (12.5, [0, 2, 4, 6, 8, 10, 12]),
        (300, [0, 50, 100, 150, 200, 250, 300]),
    ],
)
def test_ticks_are_round_numbers(most, wanted):
    assert ticks(most) == pytest.approx(wanted)
