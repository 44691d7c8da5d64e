"""What is shown as it ever was, and what is told to be costly before anything parses it.

The patterns are compact forms of those that a search at the largest allowed lengths found to be the
slowest and the largest.
"""

import time

import pandas as pd
import pytest

from proctor.reporting.feedback.markdown import to_html
from proctor.reporting.feedback.math import mathml
from proctor.reporting.feedback.output_views import _MOST
from proctor.reporting.feedback.parse_cost import is_cheap
from proctor.reporting.feedback.sanitize import CostlyError, safe_table, safe_text

MARKDOWN = 20_000


def filled(text, size):
    return (text * (size // len(text) + 1))[:size]


def opened(tag, count):
    return "".join(f"<{tag} a={number}>" for number in range(count))


HONEST = {
    "frame": pd.DataFrame({f"c{n}": range(60) for n in range(20)}).to_html(),
    "long": pd.DataFrame({f"c{n}": range(600) for n in range(8)}).to_html()[:_MOST],
    "links": pd.DataFrame({"a": [f"http://x.org/{n}" for n in range(900)]}).to_html(
        render_links=True
    ),
    "styled": "<table>"
    + '<tr><td id="T_1" class="data col0"><b>1</b></td><td><i>x <b>y</b></i></td></tr>' * 1500
    + "</table>",
    "prose": "<p>A <em>word</em>, <code>f(x)</code> and <strong>a <em>b</em></strong></p>" * 800,
    "lists": "<ul>" + "<li><p>a</p></li>" * 3000 + "</ul>",
    "unclosed": "<ul>" + "<li>a" * 3000,
    "few": "<b>bold <font color='red'>red" + "<p>a</p>" * 1000,
}


@pytest.mark.parametrize("html", HONEST.values(), ids=HONEST)
def test_honest_html_is_cheap(html):
    assert is_cheap(html)
    safe_text(html)
    safe_table(html)


COSTLY = {
    "reopened": opened("i", 900) + filled("<p>x", 9000),
    "reopened in a table": "<table>" + opened("b", 9000) + "<p>x" * 20_000,
    "reopened in cells": "<table>" + opened("a", 500) + "<tr><td>x" * 9000,
    "hidden behind an attribute": "".join(f'<b a=">x</b>" c={n}>' for n in range(3000))
    + "<p>x" * 5000,
    "hidden behind a pair": "<b>x</b>" * 50 + opened("u", 2000) + "<b>x</b>" * 50 + "<p>x" * 4000,
    "in capitals": opened("STRONG", 3000) + "<P>x" * 3000,
    "with slashes": "".join(f"<tt/a={n}>" for n in range(3000)) + "<p>x" * 3000,
    "deep": "<table><td>" + "<div>" * 29_000,
    "searched": "<table><td>" + "<span>" * 12_000 + "</zz>" * 12_000,
    "many": "<br>" * 40_000,
}


@pytest.mark.parametrize("clean", [safe_text, safe_table])
@pytest.mark.parametrize("html", COSTLY.values(), ids=COSTLY)
def test_costly_html_is_told_before_it_is_parsed(html, clean):
    started = time.process_time()
    assert not is_cheap(html)
    with pytest.raises(CostlyError):
        clean(html)
    assert time.process_time() - started < 3


HARD = {
    "attributes": "<table " + " ".join(f"a{n:x}" for n in range(30_000)) + ">",
    "headings in attributes": '<table><tr><th colspan="' + filled("<th", _MOST - 50) + '">x',
    "headings": "<table><tr>" + filled("<th> ", 90_000),
    "empty elements": "<table><td>" + filled("<br>", 100_000),
    "entities": "<table><td>" + filled("&amp;", _MOST - 20),
    "blanks that are written out": "<table><td>" + filled("\xa0", _MOST - 20),
    "almost pairs": filled("<b a=", _MOST),
    "almost closed": filled("<b a='", _MOST),
    "open": filled("<b ", _MOST),
    "names": "<" + "b" * _MOST,
}


@pytest.mark.parametrize("clean", [safe_text, safe_table])
@pytest.mark.parametrize("html", HARD.values(), ids=HARD)
def test_other_html_takes_a_moment_and_stays_small(html, clean):
    started = time.process_time()
    try:
        found = clean(html) or ""
    except CostlyError:
        found = ""
    assert len(found) <= 1_000_000
    assert time.process_time() - started < 5


MARKDOWNS = {
    "emphasis": "*a" * 6600 + "a*" * 3300,
    "stars": filled("**a *b ", MARKDOWN),
    "brackets": "[" * MARKDOWN,
    "pairs": "[" * 9999 + "]" * 9999,
    "pictures": filled("![a](", MARKDOWN),
    "backticks": "".join("`" * n + " " for n in range(1, 199)),
    "definitions": "\n".join(f"[a{n}]: /u" for n in range(1500)) + "\n\n" + "[a1]" * 500,
    "definition": '[a]: /u "' + "t" * 9000 + '"\n\n' + filled("[a] ", 9000),
    "picture": "[a]: data:image/png;base64," + "A" * 9000 + "\n\n" + filled("![a] ", 9000),
    "open definitions": filled("[a\\\n", MARKDOWN),
    "quotes": filled("> " * 100 + "a\n", MARKDOWN),
    "lists": "\n".join(" " * n * 2 + "- a" for n in range(130)),
    "lists in lists": filled("- - - - - - a\n", MARKDOWN),
    "table": "|".join(["a"] * 70) + "\n" + "|".join(["-"] * 70) + "\n" + "|\n" * 70,
    "wide table": "|".join(["a"] * 3000) + "\n" + "|".join(["-"] * 3000) + "\n|a\n",
    "long table": "a|b\n-|-\n" + "|\n" * 9000,
    "formulas": filled("$a$ ", MARKDOWN),
    "long formulas": filled("$" + "a'" * 990 + "$ ", MARKDOWN),
    "comments": filled("a <!-- ", MARKDOWN),
    "sections": filled("a <![CDATA[", MARKDOWN),
    "entities": filled("&amp;", MARKDOWN),
    "addresses": filled("<http://a.b> ", MARKDOWN),
    "headings": filled("# a\n", MARKDOWN),
    "fences": filled("```\na\n", MARKDOWN),
    "elements": opened("i", 900) + filled("<p>x", 9000),
    "elements in paragraphs": opened("b", 900) + "\n\n" + "a\n\n" * 2500,
    "escapes": filled("\\*", MARKDOWN),
}


@pytest.mark.parametrize("source", MARKDOWNS.values(), ids=MARKDOWNS)
def test_markdown_takes_a_moment_and_stays_small(source):
    started = time.process_time()
    try:
        found = to_html(source[:MARKDOWN])
    except CostlyError:
        found = ""
    assert len(found) < 600_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "part",
    ["{", "}", "a'", "1,", "~", "|", r"\binom", r"\left(", r"\frac{", r"\sqrt[", "a&", r"a\\", "_{",
     "^a", r"\cfrac{1}{1+", r"\begin{matrix}", r"\text{", r"\overbrace{", "😀"],
)  # fmt: skip
def test_formulas_take_a_moment_and_stay_small(part):
    started = time.process_time()
    assert len(mathml(filled(part, 2000), display=True)) < 100_000
    assert time.process_time() - started < 3
