import time

import pytest
from bs4 import BeautifulSoup

from proctor.reporting.feedback.formulas import Formulas, mathml
from proctor.reporting.feedback.macros import Macros
from proctor.reporting.feedback.sanitize import TooExpensiveError


def test_a_formula_is_mathml():
    drawn = mathml(r"\frac{1}{n}\sum_i |x_i|", display=True)
    assert drawn.startswith('<span class="formula" tabindex="0"><math')
    assert 'display="block"' in drawn
    assert "<mfrac>" in drawn


@pytest.mark.parametrize("latex", [r"\frac{", r"\begin{nothing}", "x" * 5000, ""])
def test_what_is_not_understood_is_shown_or_empty(latex):
    drawn = mathml(latex, display=False)
    assert not latex or drawn.startswith(("<code>", "<math"))


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
        r"\style{position:fixed;inset:0}{x}",
        r"\class{exercise}{x}",
        r"\cssId{summary}{x}",
        r"\color{red;background:url(x)}{x}",
        r"\newcommand{\x}{\text{<script>}}\x",
    ],
)
def test_a_formula_brings_no_html(latex):
    drawn = mathml(latex, display=False)
    page = BeautifulSoup(drawn, "html.parser")
    allowed = {"math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "code", "mstyle"}
    assert {element.name for element in page.find_all(True)} <= allowed
    assert "<!" not in drawn
    assert "<?" not in drawn


@pytest.mark.parametrize(
    ("latex", "rows"),
    [
        (r"\begin{align} a &= b \\ c &= d \end{align}", 2),
        (r"\begin{align*} a &= b \\[2pt] c &= d \nonumber \end{align*}", 2),
        (r"\begin{aligned}[t] a &= b \\ c &= d \end{aligned}", 2),
        (r"\begin{alignat}{2} a &= b \\ c &= d \end{alignat}", 2),
        (r"\begin{eqnarray} a &=& b \\ c &=& d \end{eqnarray}", 2),
        (r"\begin{gather} a \\ b \\ c \end{gather}", 3),
        (r"\begin{multline} a \\ b \end{multline}", 2),
        (r"\begin{equation}\begin{split} a &= b \\ &= c \end{split}\label{eq:1}\end{equation}", 2),
        (r"\left\{\begin{dcases} a & b \\ c & d \end{dcases}\right.", 2),
        (r"a \\ b", 2),
    ],
)
def test_environments_are_tables(latex, rows):
    drawn = mathml(latex, display=True)
    assert drawn.count("<mtr>") == rows
    # The command's own words would be shown as letters.
    assert "\\" not in drawn
    assert "eq:1" not in drawn
    assert "mtext" not in drawn


def test_what_can_not_be_drawn_is_code_with_its_lines():
    drawn = mathml("\\begin{tabular}{l}\na & b\n\\end{nothing}", display=True)
    assert drawn.startswith('<code class="formula">')
    assert "\n" in drawn


def test_macros_are_expanded_and_kept():
    macros = Macros()
    assert mathml(r"\newcommand{\norm}[1]{\lVert #1\rVert}", display=True, macros=macros) == ""
    assert "\u2016" in mathml(r"\norm{x}", display=False, macros=macros)


@pytest.mark.parametrize(
    "latex", [r"\hspace{900em}x", r"\hspace{-30em}x", r"\hspace{9999px}x", r"x\kern-90em y"]
)
def test_a_formula_stays_where_it_is(latex):
    drawn = mathml(latex, display=False)
    assert drawn.startswith("<code>") or "mspace" not in drawn


def test_colours_and_thin_spaces_are_drawn():
    assert 'mathcolor="red"' in mathml(r"\color{red}{x}", display=False)
    assert "mspace" in mathml(r"a\!b\quad c", display=False)


def test_a_mark_is_replaced_once():
    formulas = Formulas()
    mark = formulas.mark("x", display=False)
    assert formulas.insert(f"{mark}{mark}\ue00099\ue001").count("<math") == 1


def test_there_are_not_too_many():
    formulas = Formulas()
    for _ in range(1000):
        formulas.mark("", display=False)
    with pytest.raises(TooExpensiveError):
        formulas.mark("", display=False)


def filled(text, size):
    return (text * (size // len(text) + 1))[:size]


@pytest.mark.parametrize(
    "part",
    ["{", "}", "a'", "1,", "~", "|", r"\binom", r"\left(", r"\frac{", r"\sqrt[", "a&", r"a\\", "_{",
     "^a", r"\cfrac{1}{1+", r"\begin{matrix}", r"\text{", r"\overbrace{", "😀"],
)  # fmt: skip
def test_formulas_take_a_moment_and_stay_small(part):
    started = time.process_time()
    assert len(mathml(filled(part, 4000), display=True)) < 200_000
    assert time.process_time() - started < 3
