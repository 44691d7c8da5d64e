import pytest

from proctor.reporting.feedback.left_out import kinds_left_out, says_nothing, sentence

PLOTLY = "application/vnd.plotly.v1+json"


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        (PLOTLY, {}, "an interactive plot (Plotly)"),
        (PLOTLY, {"layout": {"title": "Heights"}}, "(Plotly) with the title “Heights”"),
        (PLOTLY, {"layout": {"title": {"text": "a\x1b[31m\nb" * 99}}}, "“a b"),
        (PLOTLY, {"layout": [1]}, "(Plotly)"),
        (PLOTLY, "{}", "(Plotly)"),
        ("application/vnd.jupyter.widget-view+json", {"model_id": "x"}, "a widget"),
        ("application/vnd.vegalite.v5+json", {}, "(Vega-Altair)"),
        ("application/vnd.bokehjs_exec.v0+json", "", "(Bokeh)"),
        ("application/javascript", "alert(1)", "a script"),
        ("application/pdf", "", "a PDF document"),
        ("video/mp4", "", "a film"),
        ("image/webp", "", "a picture of a kind that is not shown"),
        ("application/x-own", "", "something of the kind application/x-own"),
    ],
)
def test_what_a_page_can_not_show_is_named(kind, content, words):
    (found,) = kinds_left_out({"text/plain": "x", kind: content})
    assert words in found
    assert len(found) < 200


def test_what_can_be_shown_is_not_named():
    shown = ("text/plain", "text/html", "text/markdown", "text/latex", "application/json")
    assert kinds_left_out(dict.fromkeys(shown, "x")) == []


def test_a_sentence_says_everything_once():
    assert sentence(["a script", "a widget", "a script"]).endswith(": a script, a widget.")


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("<IPython.core.display.HTML object>", True),
        ("<IPython.lib.display.YouTubeVideo at 0x7f>", True),
        ("<Figure size 640x480 with 1 Axes>", True),
        ("", True),
        ("IntSlider(value=3)", False),
        ("<module 'x'>", False),
    ],
)
def test_names_of_objects_say_nothing(text, nothing):
    assert says_nothing(text) is nothing
