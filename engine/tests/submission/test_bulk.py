import json

import pytest

from proctor.submission.bulk import MAX_CELLS, without_bulk
from proctor.untrusted_json import UntrustedJSONError

OUTPUTS = [
    [],
    [1, "]", {"outputs": [[1], "[", {"}": "]"}]}],
    ["\\", '"', '\\"]', "]}"],
    [[[[]]], {"cells": [{"outputs": [2]}]}],
]


def with_outputs(outputs, indent=None, separators=None):
    cells = [
        {"source": '"outputs": [1]', "outputs": one, "metadata": {"a": [1]}} for one in outputs
    ]
    content = {"cells": cells, "metadata": {"outputs": [3], "x": {"y": [{"outputs": [4]}]}}}
    return json.dumps(content, indent=indent, separators=separators).encode()


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 7, 11, 64, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_outputs_of_cells_go_and_nothing_else(chunk, indent, monkeypatch):
    monkeypatch.setattr("proctor.untrusted_json._CHUNK", chunk)
    found = json.loads(without_bulk(with_outputs(OUTPUTS, indent)))
    assert found == json.loads(with_outputs([[]] * len(OUTPUTS)))


@pytest.mark.parametrize(
    "text", [b"", b"x", b'{"cells": []}', b'{"outputs": [1, 2]}', b'"outputs": [']
)
def test_what_has_no_outputs_stays_as_it_is(text):
    assert without_bulk(text) == text


def test_outputs_without_an_end_stay():
    text = with_outputs([[1, 2]])[:-60]
    cut = text[: text.index(b"1, 2") + 2]
    assert without_bulk(cut) == cut


def test_outputs_need_not_be_json():
    text = with_outputs([["X"]]).replace(b'"X"', b"no JSON : [ , }")
    assert json.loads(without_bulk(text))["cells"][0]["outputs"] == []


def test_more_cells_than_there_may_be_are_refused():
    with pytest.raises(UntrustedJSONError, match="10,000 lists of outputs"):
        without_bulk(with_outputs([[]] * (2 * MAX_CELLS + 1)))


def test_the_state_of_widgets_goes_and_other_widgets_stay():
    """Of a progress bar in Colab it has hundreds of values."""
    content = {"metadata": {"widgets": {"a": {"state": [1, "}"]}}, "x": {"widgets": {"b": 2}}}}
    cells = [{"widgets": {"c": 3}, "source": '"widgets": {'}]
    found = json.loads(without_bulk(json.dumps({**content, "cells": cells}).encode()))
    content["metadata"]["widgets"] = {}
    assert found == {**content, "cells": cells}
