import base64

import pytest
from nbformat.v4 import new_output

from proctor.checks import Picture
from proctor.execution.scored_outputs import picture_output
from proctor.reporting.feedback.output_views import LONG_LINES, Shown, shown

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


def boxes(*outputs):
    return list(shown(outputs, lambda text: text.replace("/secret", "...")))


def stream(text):
    return new_output("stream", name="stdout", text=text)


def data(**kinds):
    return new_output(
        "display_data", data={k.replace("__", "/").replace("_", "+"): v for k, v in kinds.items()}
    )


def test_texts_that_follow_each_other_share_a_box():
    (box,) = boxes(stream("a\n"), stream("b\n"))
    assert (box.kind, box.text, box.lines) == ("text", "a\nb", 2)


def test_texts_are_plain_and_without_the_machines_folders():
    (box,) = boxes(stream("\x1b[31m/secret/x\x1b[0m\n"))
    assert box.text == ".../x"


@pytest.mark.parametrize(("lines", "folded"), [(LONG_LINES, False), (LONG_LINES + 1, True)])
def test_long_texts_are_folded(lines, folded):
    (box,) = boxes(stream("x\n" * lines))
    assert box.is_long is folded


def test_a_picture_is_one_only_if_it_begins_like_one():
    good, bad, note = boxes(
        data(image__png=PNG), data(image__png="PHNjcmlwdD4=", text__plain="a figure")
    )
    assert good.text == f"data:image/png;base64,{PNG}"
    assert (bad.kind, bad.text) == ("text", "a figure")
    assert (note.kind, "damaged" in note.text) == ("note", True)


def test_a_picture_can_not_end_its_address():
    (note,) = boxes(data(image__png=f'{PNG}"><script>'))
    assert note.kind == "note"


def test_a_frame_is_a_table_and_other_html_is_shown_as_such():
    table, text = boxes(
        data(text__html="<div><table><tr><td>1</td></tr></table></div>", text__plain="1"),
        data(text__html="<h2>A</h2><table><tr><td>1</td></tr></table>", text__plain="1"),
    )
    assert table.kind == "table"
    assert (text.kind, text.text.startswith("<h6>A</h6><table>")) == ("html", True)


@pytest.mark.parametrize(
    ("kinds", "part"),
    [
        ({"text__markdown": "**my result is 42**"}, "<strong>my result is 42</strong>"),
        ({"text__html": "<p>paragraph 4711</p>"}, "<p>paragraph 4711</p>"),
        ({"text__latex": r"\begin{align}a &= b \\ c\end{align}"}, "<mtr>"),
        ({"text__latex": "$x$", "image__png": PNG}, "<math"),
        ({"text__html": "<b>a</b>", "text__markdown": "*a*"}, "<b>a</b>"),
    ],
)
def test_what_stock_feedback_shows_is_shown(kinds, part):
    (box,) = boxes(data(**kinds, text__plain="<IPython.core.display.X object>"))
    assert box.kind == "html"
    assert part in box.text


def test_a_drawing_is_a_picture():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>x</script><g/></svg>'
    (box,) = boxes(data(image__svg_xml=svg, text__plain="<Figure size 640x480 with 1 Axes>"))
    assert box.kind == "picture"
    assert box.text.startswith("data:image/svg+xml;base64,")


PLOTLY = {"application__vnd.plotly.v1_json": {"data": []}}


def test_an_interactive_plot_has_a_static_picture_or_a_line():
    script = {"text__html": "<div><script>1</script></div>"}
    still, line = boxes(data(**PLOTLY, **script, image__png=PNG), data(**PLOTLY, **script))
    assert still.kind == "picture"
    assert (line.kind, "Plotly" in line.text) == ("note", True)


def test_a_widget_shows_its_text_and_a_line():
    view = {"application__vnd.jupyter.widget-view_json": {"model_id": "x"}}
    text, line = boxes(data(**view, text__plain="IntSlider(value=3)"))
    assert (text.text, line.kind) == ("IntSlider(value=3)", "note")


def test_scripts_and_what_is_no_drawing_are_named():
    script, drawing = boxes(
        data(application__javascript="alert(1)"), data(image__svg_xml="<svg><g></svg>")
    )
    assert (script.kind, drawing.kind) == ("note", "note")
    assert "a script" in script.text
    assert "alert" not in script.text


@pytest.mark.parametrize(
    "html",
    [
        '<style>x</style><div class="sk-top-container">In a Jupyter environment</div>',
        "<style>x</style><ol class=list-inline><li>1</li><li>2</li></ol>",
    ],
)
def test_what_needs_its_style_sheet_is_shown_as_text(html):
    (box,) = boxes(data(text__html=html, text__markdown="1. 1\n2. 2", text__plain="[1] 1 2"))
    assert (box.kind, box.text) == ("text", "[1] 1 2")


def test_data_in_json_are_shown_as_such():
    kinds = {
        "application__json": {"a": ["<b>"]},
        "text__plain": "<IPython.core.display.JSON object>",
    }
    (box,) = boxes(data(**kinds))
    assert (box.kind, box.text.split()) == ("text", ["{", '"a":', "[", '"<b>"', "]", "}"])


def test_a_progress_bar_shows_its_end():
    (box,) = boxes(stream("\r 0%\r 50%\r100%\nDone\r\n"))
    assert box.text == "100%\nDone"


def test_html_that_is_partly_left_out_says_so():
    html, note = boxes(data(text__html="<p>a</p><script>b</script>"))
    assert (html.text, note.kind) == ("<p>a</p>", "note")


def test_the_width_that_code_asks_for_is_bounded():
    about = [{"width": 300}, {"width": 10**9}, {"width": '1" onload="x'}, {"width": True}, 5]
    outputs = [
        new_output("display_data", data={"image/png": PNG}, metadata={"image/png": one})
        for one in about
    ]
    assert [box.width for box in boxes(*outputs)] == [300, 0, 0, 0, 0]


def test_an_error_shows_its_traceback():
    error = new_output("error", ename="ValueError", evalue="no", traceback=["line 1", "line 2"])
    assert boxes(error)[0].text == "line 1\nline 2"


def test_tables_and_what_stands_for_a_picture_name_no_folder_either():
    table, text, _, html, markdown, latex = boxes(
        data(text__html="<table><tr><td>/secret/x</td></tr></table>"),
        data(image__png="AAAA", text__plain="/secret/y"),
        data(text__html="<p>/secret/x</p>"),
        data(text__markdown="/secret/x"),
        data(text__latex="/secret/x"),
    )
    assert text.text == ".../y"
    for box in (table, html, markdown, latex):
        assert ".../x" in box.text


def test_our_own_pictures_are_left_to_the_summary():
    assert boxes(picture_output(Picture("Your map", "a map", b"\xff\xd8\xff"))) == []


@pytest.mark.parametrize(
    ("kind", "text", "room"),
    [
        ("picture", "data:x" * 10, (250, 60)),
        ("html", f'<p>ab</p><img src="{"data:x" * 10}">', (250 + 21, 60)),
        ("text", "<&>", (250 + 3 + 15, 0)),
        ("note", "ab", (252, 0)),
        ("table", "<b>", (253, 0)),
    ],
)
def test_pictures_take_another_room_than_text(kind, text, room):
    assert Shown(kind, text).room == room
