import itertools
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, output_from_msg

from proctor.kernel_client.message_content import KINDS, MalformedError, content_of

pytestmark = pytest.mark.sandbox

VALUES = [
    None, True, 7, -1, 2**70, 0.5, "", "x", "\n", "a/b", [], ["x", "y"], [1], {}, {"x": 1},
    {"text/plain": "x"}, {"text/plain": ["a", "b"]}, {"text/plain": 1}, {"image/png": "AAAA"},
    {"image/png": "no"}, {"application/json": {"a": [1]}}, {"application/x+json": None},
    {"no": "x"}, {"a/b\n": "x"}, {"a/b": "x"}, {"tags": 5}, {"tags": ["a"]}, {"display_id": 5},
    {"display_id": []}, {"display_id": "x" * 300},
]  # fmt: skip

HONEST = {
    "stream": {"name": "stdout", "text": "x"},
    "display_data": {
        "data": {"text/plain": "x", "image/png": "iVBORw0KGgo=\n"},
        "metadata": {"image/png": {"width": 5}},
        "transient": {"display_id": "d"},
    },
    "update_display_data": {"data": {}, "metadata": {}, "transient": {"display_id": "d"}},
    "execute_result": {"data": {"text/html": "<b>"}, "metadata": {}, "execution_count": 3},
    "error": {"ename": "E", "evalue": "v", "traceback": ["a", "b"]},
    "clear_output": {"wait": True},
    "status": {"execution_state": "idle"},
    "execute_reply": {"status": "error", "ename": "E", "evalue": "v"},
    "kernel_info_reply": {"status": "ok"},
}


def test_there_is_an_honest_message_of_every_kind():
    assert set(HONEST) == KINDS


@pytest.mark.parametrize("kind", HONEST)
def test_what_is_honest_stays_as_it_is(kind):
    assert content_of(kind, {**HONEST[kind], "something": "more"}) == HONEST[kind]


OUTPUTS = ("stream", "display_data", "execute_result", "error")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_passes_can_be_kept_written_and_read_again(kind):
    passed = 0
    for field, value in itertools.product([*HONEST[kind], "traceback", "transient"], VALUES):
        try:
            content = content_of(kind, {**HONEST[kind], field: value})
        except MalformedError:
            continue
        passed += 1
        json.dumps(content, allow_nan=False).encode()
        if kind in OUTPUTS:
            output = output_from_msg({"header": {"msg_type": kind}, "content": content})
            nb = new_notebook(cells=[new_code_cell(outputs=[output])])
            nbformat.validate(nb)
            assert nbformat.reads(nbformat.writes(nb), as_version=4).cells[0].outputs == [output]
    assert passed


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("value", [None, 7, "x", [], [{}]])
def test_a_content_is_an_object(kind, value):
    with pytest.raises(MalformedError):
        content_of(kind, value)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("stream", "name", "stdin"), ("stream", "text", ["x"]), ("error", "traceback", None),
        ("error", "traceback", [1]), ("status", "execution_state", []), ("clear_output", "wait", 1),
        ("execute_result", "execution_count", True), ("execute_result", "execution_count", -1),
        ("display_data", "data", {"image/png": "not base64"}),
        ("display_data", "data", {"text/plain": {"a": 1}}),
        ("display_data", "metadata", {"image/png": 5}), ("display_data", "metadata", {"tags": 5}),
        ("execute_reply", "status", {}), ("execute_reply", "evalue", 5),
    ],
)  # fmt: skip
def test_what_others_would_stumble_over_does_not_pass(kind, field, value):
    with pytest.raises(MalformedError):
        content_of(kind, {**HONEST[kind], field: value})


def test_lists_of_lines_become_a_text():
    content = content_of("display_data", {"data": {"text/plain": ["a\n", "b"]}, "metadata": {}})
    assert content["data"] == {"text/plain": "a\nb"}


def test_a_displays_id_may_be_a_number():
    said = {"data": {}, "metadata": {}, "transient": {"display_id": 5}}
    assert content_of("display_data", said)["transient"] == {"display_id": "5"}
