import json
import tracemalloc

import pytest
from nbformat.v4 import new_output

from proctor.kernel_client.output_size import text_weight, weight

pytestmark = pytest.mark.sandbox

BUNDLES = {
    "nothing": {},
    "text": {"text/plain": "x" * 1_000},
    "wide": {"text/plain": "\U0001f600" + "x" * 1_000},
    "lines": {"text/plain": "ab\n" * 1_000},
    "lists": {"application/json": [[] for _ in range(1_000)]},
    "objects": {"application/json": [{"": 0} for _ in range(300)]},
    "numbers": {"application/json": [i + 0.5 for i in range(1_000)]},
}

_TIMES = 20


@pytest.mark.parametrize("name", BUNDLES)
def test_an_output_weighs_no_less_than_what_it_takes_and_not_much_more(name):
    raw = json.dumps({"data": BUNDLES[name], "metadata": {}})
    new_output("display_data")  # the schema is compiled the first time
    tracemalloc.start()
    try:
        kept = [new_output("display_data", **json.loads(raw)) for _ in range(_TIMES)]
        taken = tracemalloc.get_traced_memory()[0] / _TIMES
    finally:
        tracemalloc.stop()
    lines = 60 * kept[0].data.get("text/plain", "").count("\n")
    assert taken + lines < weight(json.loads(raw)) < 3 * taken + lines + 3000


def test_a_text_weighs_more_the_wider_it_is_and_the_more_lines_it_has():
    assert text_weight("x" * 100) < text_weight("x" * 99 + "\U0001f600")
    assert text_weight("\n" * 100) - text_weight("x" * 100) == 6000


def test_a_line_is_what_splitlines_takes_for_one():
    ends = [chr(code) for code in range(0x3000) if len(f"a{chr(code)}b".splitlines()) > 1]
    assert len(ends) == 10
    for end in ends:
        assert text_weight(f"\u2028{end}") - text_weight("\u2028\u3000") == 60


def test_what_is_nested_weighs_its_indentation_in_the_file():
    deep = flat = [0] * 1000
    for _ in range(50):
        deep = [deep]
    content = weight({"data": deep}) - weight({"data": flat})
    assert content > 50 * 1000
