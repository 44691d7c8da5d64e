import pytest
from nbformat.v4 import new_code_cell

from proctor.reporting.feedback.comments import comment_on


def comment(text):
    return comment_on(new_code_cell("x", metadata={"nbgrader": {"comment": text}}))


def test_a_comment_is_markdown():
    assert comment("Mind *x* < 0") == "<p>Mind <em>x</em> &lt; 0</p>\n"


@pytest.mark.parametrize("text", ["", None, " \n"])
def test_where_there_is_none_there_is_nothing(text):
    assert comment(text) == ""
    assert comment_on(new_code_cell("x")) == ""


def test_a_comment_runs_nothing_and_is_not_endless():
    html = comment("<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://evil/y.png)")
    for word in ("<script", "<img", 'href="java'):
        assert word not in html
    assert len(comment("x" * 10_000)) < 6000
