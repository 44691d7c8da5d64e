import base64

import pytest
from nbformat.v4 import new_output

from proctor.checks import Picture
from proctor.execution.scored_outputs import picture_output
from proctor.reporting.feedback import output_views
from proctor.reporting.feedback.output_views import LONG_LINES, picture_data_url, shown

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


def boxes(*outputs):
    return list(shown(outputs, lambda text: text.replace("/secret", "...")))


def stream(text):
    return new_output("stream", name="stdout", text=text)


def data(**kinds):
    return new_output("display_data", data={k.replace("__", "/"): v for k, v in kinds.items()})


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
    good, bad = boxes(data(image__png=PNG), data(image__png="PHNjcmlwdD4=", text__plain="a figure"))
    assert good.text == f"data:image/png;base64,{PNG}"
    assert (bad.kind, bad.text) == ("text", "a figure")


def test_a_picture_can_not_end_its_address():
    assert boxes(data(image__png=f'{PNG}"><script>')) == []


def test_a_frame_is_a_table_and_other_html_is_its_text():
    table, text = boxes(
        data(text__html="<table><tr><td>1</td></tr></table>", text__plain="1"),
        data(text__html="<b>bold</b>", text__plain="bold"),
    )
    assert table.kind == "table"
    assert (text.kind, text.text) == ("text", "bold")


def test_scripts_and_drawings_show_nothing():
    assert boxes(data(application__javascript="alert(1)"), data(image__svg__xml="<svg/>")) == []


def test_an_error_shows_its_traceback():
    error = new_output("error", ename="ValueError", evalue="no", traceback=["line 1", "line 2"])
    assert boxes(error)[0].text == "line 1\nline 2"


def test_tables_and_what_stands_for_a_picture_name_no_folder_either():
    table, text = boxes(
        data(text__html="<table><tr><td>/secret/x</td></tr></table>"),
        data(image__png="AAAA", text__plain="/secret/y"),
    )
    assert ".../x" in table.text
    assert text.text == ".../y"


def test_our_own_pictures_are_left_to_the_summary():
    assert boxes(picture_output(Picture("Your map", "a map", b"\xff\xd8\xff"))) == []


def test_a_picture_is_its_address():
    assert (
        picture_data_url({"image/png": f"{PNG[:8]}\n{PNG[8:]}"}) == f"data:image/png;base64,{PNG}"
    )


@pytest.mark.parametrize(
    "kinds",
    [
        {},
        {"image/png": ""},
        {"image/png": None},
        {"image/png": 5},
        {"image/png": "AAAA"},
        {"image/jpeg": PNG},
        {"image/png": PNG + '"><script>'},
        {"image/svg+xml": "<svg/>"},
    ],
)
def test_what_is_none_has_none(kinds):
    assert picture_data_url(kinds) is None


def test_a_picture_that_is_too_large_is_left_out(monkeypatch):
    monkeypatch.setattr(output_views, "_LARGEST", 10)
    assert picture_data_url({"image/png": PNG}) is None
