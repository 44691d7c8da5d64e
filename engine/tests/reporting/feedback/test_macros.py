import time

import pytest

from proctor.reporting.feedback.macros import MacroError, Macros


def expanded(*formulas):
    macros = Macros()
    return [macros.expand(formula) for formula in formulas][-1].split()


@pytest.mark.parametrize(
    ("formulas", "found"),
    [
        ([r"\newcommand{\R}{\mathbb{R}}", r"x \in \R^2"], r"x \in \mathbb{R}^2"),
        ([r"\newcommand\R{r}", r"\R x"], "r x"),
        ([r"\def\R{r}\R y"], "r y"),
        ([r"\def\f#1#2{#2#1}\f{a}b"], "b a"),
        ([r"\renewcommand{\vec}[1]{\mathbf{#1}}\vec{x}"], r"\mathbf{x}"),
        ([r"\providecommand{\a}{1}\providecommand{\a}{2}\a"], "1"),
        ([r"\newcommand{\n}[2][p]{#2_{#1}}\n{x}\n[q]{y}"], "x_{p}y_{q}"),
        ([r"\DeclareMathOperator{\E}{E}\E x"], r"\operatorname{E} x"),
        ([r"\DeclareMathOperator*{\E}{E}\E x"], r"\operatorname{E} x"),
        ([r"\newcommand{\a}{\b}\newcommand{\b}{c}\a"], "c"),
        ([r"\newcommand{\a}{x}\ab"], r"\ab"),
        ([r"\newcommand{\f}[1]{\{#1\}}\f{\{}"], r"\{\{\}"),
    ],
)
def test_definitions_hold_from_there_on(formulas, found):
    assert "".join(expanded(*formulas)) == found.replace(" ", "")


@pytest.mark.parametrize(
    "formula",
    [
        r"\newcommand{\a}{\a\a}\a",
        r"\def\a{\b}\def\b{\a}\a",
        "".join(
            rf"\def\x{c}{{\x{d}\x{d}}}" for c, d in zip("abcdefghijkl", "bcdefghijklm", strict=True)
        )
        + r"\xa",
        r"\newcommand{\a}[1]{#1#1}" + r"\a{" * 200 + "x" * 200 + "}" * 200,
        r"\newcommand",
        r"\newcommand{x}{y}",
        r"\def\a#1",
        r"\newcommand{\a}[1]{x}\a",
        r"\newcommand{\a}{x",
    ],
    ids=range(9),
)
def test_what_has_no_end_or_no_meaning_is_refused_at_once(formula):
    started = time.process_time()
    with pytest.raises(MacroError):
        Macros().expand(formula)
    assert time.process_time() - started < 1


def test_there_are_not_too_many_of_them():
    macros = Macros()
    for number in range(300):
        name = "".join(chr(97 + int(digit)) for digit in str(number))
        macros.expand(rf"\newcommand{{\{name}}}{{x}}")
    with pytest.raises(MacroError):
        macros.expand(r"\newcommand{\more}{x}")
