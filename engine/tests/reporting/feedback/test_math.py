import pytest
from bs4 import BeautifulSoup

from proctor.reporting.feedback.math import mathml


def test_a_formula_is_mathml():
    drawn = mathml(r"\frac{1}{n}\sum_i |x_i|", display=True)
    assert drawn.startswith('<span class="formula" tabindex="0"><math')
    assert 'display="block"' in drawn
    assert "<mfrac>" in drawn


@pytest.mark.parametrize("latex", [r"\frac{", r"\begin{nothing}", "x" * 5000, ""])
def test_what_is_not_understood_is_shown_or_empty(latex):
    drawn = mathml(latex, display=False)
    assert drawn.startswith(("<code>", "<math"))


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"<img src=x onerror=alert(1)>",
        r"\href{javascript:alert(1)}{x}",
        r"\mathrm{</math><script>}",
        r"\text{<!--><script>alert(1)</script>-->}",
        r'\text{<!--><meta http-equiv="refresh" content="0;url=x">-->}',
        r"\text{<![CDATA[<script>alert(1)</script>]]>}",
        r"\text{<?x ><script>?>}",
        "a & b < c",
    ],
)
def test_a_formula_brings_no_html(latex):
    drawn = mathml(latex, display=False)
    page = BeautifulSoup(drawn, "html.parser")
    allowed = {"math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "code", "mstyle"}
    assert {element.name for element in page.find_all(True)} <= allowed
    assert "<!" not in drawn
    assert "<?" not in drawn
