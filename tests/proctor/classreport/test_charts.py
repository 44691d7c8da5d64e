import pytest
from defusedxml import ElementTree

from proctor.classreport.charts import exercises_chart, totals_chart
from proctor.classreport.figures import exercise_figures


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
