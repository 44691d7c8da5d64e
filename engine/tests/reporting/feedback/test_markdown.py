import pytest

from proctor.reporting.feedback.markdown import to_html


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
