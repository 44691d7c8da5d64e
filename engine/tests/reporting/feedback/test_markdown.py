import time

import pandas as pd
import pytest

from proctor.reporting.feedback.macros import Macros
from proctor.reporting.feedback.markdown import (
    comment_to_html,
    html_to_html,
    latex_to_html,
    to_html,
)
from proctor.reporting.feedback.output_views import _MAX
from proctor.reporting.feedback.sanitize import (
    TooExpensiveError,
    is_cheap,
    safe_table,
    safe_text,
)


def test_headings_stand_below_the_pages_own():
    assert to_html("# One\n\n##### Five\n") == "<h3>One</h3>\n<h6>Five</h6>\n"


def test_formulas_are_drawn_and_dollars_in_code_are_not():
    html = to_html("So $x_i$ and\n\n$$\\sum_i x_i$$\n\n`$PATH$`")
    assert html.count("<math") == 2
    assert "<code>$PATH$</code>" in html


def test_a_formula_is_not_put_where_a_student_wrote_its_mark():
    html = to_html("\ue0000\ue001 and $x$")
    assert html.count("<math") == 1
    assert html.startswith("<p>0 and <math")


@pytest.mark.parametrize(
    "text",
    [
        "&#xE000;9&#xE001;",
        "&#xE000;" + "9" * 5000 + "&#xE001;",
        '$x$ <a href="http://x/&#xE000;0&#xE001;">y</a>',
        "$x$ " + "&#xE000;0&#xE001;" * 100,
    ],
)
def test_marks_that_were_written_in_another_way_do_no_harm(text):
    html = to_html(text)
    assert html.count("<math") == text.count("$x$")
    assert "http://x/<" not in html


ALIGN = "\\begin{align}\na &= b \\\\\n- c &= d\n\\end{align}"


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (f"Before\n{ALIGN}\nand", 2),
        (f"- item\n\n{ALIGN}", 2),
        (f"So {ALIGN.replace('- c', 'c')} follows.", 2),
        ("$$\\begin{aligned} x &= 1 \\\\ y &= 2 \\end{aligned}$$", 2),
        ("$$\na \\\\ b\n$$", 2),
        ("\\begin{cases} a & b \\\\ c & d \\end{cases}", 2),
        ("\\\\[ \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix} \\\\]", 2),
        ("\\\\(z\\\\)", 0),
    ],
)
def test_environments_are_drawn_with_their_lines(source, rows):
    html = to_html(source)
    assert html.count("<math") == 1
    assert html.count("<mtr>") == rows
    assert "begin" not in html
    assert html.count("<li>") == source.count("- item")


@pytest.mark.parametrize(
    "source",
    [
        "`\\begin{align} a \\end{align}`",
        "    \\begin{align}\n    a\n    \\end{align}",
        "It costs \\$5, not \\$6.",
    ],
)
def test_what_is_code_or_money_is_no_formula(source):
    assert "<math" not in to_html(source)


def test_formulas_in_blocks_of_html_are_drawn():
    html = to_html('<div class="alert">\nUse $x^2$, <code>$HOME$</code>\n</div>')
    assert html.count("<math") == 1
    assert "<code>$HOME$</code>" in html
    assert html.startswith('<div class="alert">')


def test_a_macro_holds_in_later_cells():
    macros = Macros()
    assert "math" not in to_html("$\\newcommand{\\R}{\\mathbb{R}}$", macros=macros)
    assert "\u211d" in to_html("$x \\in \\R$", macros=macros)
    assert "\u211d" not in to_html("$x \\in \\R$")


def test_a_picture_that_may_not_be_loaded_is_named():
    html = to_html("![a <b>map](https://evil/x.png) ![](y.png)", own_picture=lambda _: None)
    assert "(A picture is left out here: a &lt;b&gt;map)" in html
    assert "(A picture is left out here)" in html
    assert "evil" not in html


def test_a_picture_beside_the_notebook_is_put_into_the_page():
    url = "data:image/png;base64,AAAA"
    html = to_html('<img src="a.png" width="300">', own_picture={"a.png": url}.get)
    assert f'src="{url}"' in html
    assert 'width="300"' in html
    assert 'alt="A picture"' in html


def test_html_that_code_has_shown_keeps_its_text_formulas_and_colours():
    html = html_to_html('<h1>A</h1><p style="color:red;position:fixed">$x$ <b>b</b></p>')
    assert html.startswith('<h6>A</h6><p style="color:red"><math')
    assert "<b>b</b></p>" in html


def test_latex_that_code_has_shown_is_drawn():
    html = latex_to_html(
        "We <have> $\\displaystyle x^2$ and\n\\[ y \\] and \\begin{align} a \\end{align}"
    )
    assert html.count("<math") == 3
    assert "We &lt;have&gt; " in html


def test_a_comment_keeps_its_lines_and_its_angle_brackets():
    html = comment_to_html("Mind x<0\nand list<int>\n\n* **one**")
    assert "Mind x&lt;0<br>" in html
    assert "list&lt;int&gt;" in html
    assert "<li><strong>one</strong></li>" in html


def test_headings_in_html_are_the_lowest():
    assert to_html("<h1>Summary</h1>") == "<h6>Summary</h6>"
    assert "<h6>" in to_html("text <H2 id='x'>Summary</H2>")


@pytest.mark.parametrize(
    "source",
    [
        "|a" * 256 + "\n" + "|-" * 256 + "\n" + "|\n" * 256,
        "x $y$ " * 20_000,
    ],
)
def test_what_would_take_minutes_is_shown_as_it_was_written(source):
    assert to_html(source).startswith("<pre>")


def test_hints_stay_folded():
    assert "<details>" in to_html("<details>\n<summary>Hints</summary>\n\n- one\n\n</details>")


def test_raw_html_is_made_safe():
    html = to_html('<div id="summary" style="position:fixed">10</div>\n\n<script>x()</script>')
    assert "script" not in html
    assert "style" not in html
    assert 'id="summary"' not in html


def test_an_attachment_is_put_into_the_page():
    html = to_html("![map](attachment:a%20b.png)", {"a b.png": {"image/png": "iVBORw0KGgo="}})
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in html


def test_an_attachment_is_shown_once_and_only_as_a_picture():
    attachments = {"a.png": {"image/png": "iVBORw0KGgo="}, "b": {"image/png": "> a\n\n" * 100}}
    html = to_html(
        "![m](attachment:a.png) ![m](attachment:a.png) ![m](attachment:b) [l](attachment:a.png)",
        attachments,
    )
    assert html.count("iVBOR") == 1
    assert "<blockquote>" not in html
    assert "attachment:" not in html


def test_an_attachment_that_is_no_picture_is_left_out():
    html = to_html("![map](attachment:a.svg)", {"a.svg": {"image/svg+xml": "PHN2Zz4="}})
    assert "PHN2Zz4=" not in html


MARKDOWN = 20_000


def filled(text, size):
    return (text * (size // len(text) + 1))[:size]


def opened(tag, count):
    return "".join(f"<{tag} a={number}>" for number in range(count))


HONEST = {
    "frame": pd.DataFrame({f"c{n}": range(60) for n in range(20)}).to_html(),
    "long": pd.DataFrame({f"c{n}": range(600) for n in range(8)}).to_html()[:_MAX],
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
    with pytest.raises(TooExpensiveError):
        clean(html)
    assert time.process_time() - started < 3


HARD = {
    "attributes": "<table " + " ".join(f"a{n:x}" for n in range(30_000)) + ">",
    "headings in attributes": '<table><tr><th colspan="' + filled("<th", _MAX - 50) + '">x',
    "headings": "<table><tr>" + filled("<th> ", 90_000),
    "empty elements": "<table><td>" + filled("<br>", 100_000),
    "entities": "<table><td>" + filled("&amp;", _MAX - 20),
    "blanks that are written out": "<table><td>" + filled("\xa0", _MAX - 20),
    "almost pairs": filled("<b a=", _MAX),
    "almost closed": filled("<b a='", _MAX),
    "open": filled("<b ", _MAX),
    "names": "<" + "b" * _MAX,
}


@pytest.mark.parametrize("clean", [safe_text, safe_table])
@pytest.mark.parametrize("html", HARD.values(), ids=HARD)
def test_other_html_takes_a_moment_and_stays_small(html, clean):
    started = time.process_time()
    try:
        found = clean(html) or ""
    except TooExpensiveError:
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
    "environments without an end": filled("\\begin{align} ", MARKDOWN),
    "environments in lines": filled("\\begin{align}\n", MARKDOWN),
    "brackets without an end": filled("\\\\[\n", MARKDOWN),
    "endless macro": r"$\newcommand{\a}{\a\a}\a$ " + r"$\a$ " * 900,
    "doubling macros": " ".join(
        rf"$\newcommand{{\{chr(97 + n)}x}}{{\{chr(98 + n)}x\{chr(98 + n)}x}}$" for n in range(24)
    )
    + r" $\ax$" * 500,
    "pictures in HTML": filled("<img alt='>'>", MARKDOWN),
    "formulas in HTML": "<div>" + filled("\\[ $ \\( ", MARKDOWN - 9),
}


@pytest.mark.parametrize("source", MARKDOWNS.values(), ids=MARKDOWNS)
def test_markdown_takes_a_moment_and_stays_small(source):
    started = time.process_time()
    try:
        found = to_html(source[:MARKDOWN])
    except TooExpensiveError:
        found = ""
    assert len(found) < 600_000
    assert time.process_time() - started < 5
