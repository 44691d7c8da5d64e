import json
import tracemalloc

import pytest
from nbformat.v4 import new_output

from proctor.kernel_client.output_budget import (
    MESSAGE_BYTES,
    Allowance,
    Budget,
    text_weight,
    weight,
)

pytestmark = pytest.mark.sandbox


def test_a_cells_bytes_are_counted_and_what_exceeds_them_is_dropped():
    allowance = Allowance(cell_bytes=100, notebook_bytes=1000)
    assert allowance.admits(60)
    assert allowance.admits(40)
    assert allowance.cut is None
    assert not allowance.admits(1)
    assert allowance.cut == "more than 100 bytes of output"
    assert not allowance.admits(0)


def test_the_next_cell_begins_anew_until_the_notebook_has_used_up_its_own():
    allowance = Allowance(cell_bytes=100, notebook_bytes=150)
    assert allowance.admits(80)
    allowance.next_cell()
    assert allowance.admits(70)
    assert not allowance.admits(1)
    allowance.next_cell()
    assert not allowance.admits(2)


def test_what_was_cut_counts_as_little_as_what_was_kept():
    allowance = Allowance(cell_bytes=100, notebook_bytes=250)
    for _ in range(2):
        allowance.admits(10**9)
        allowance.next_cell()
    assert allowance.admits(50)


@pytest.mark.parametrize("limits", [(0, 0), (0, 10**9), (10**9, 0)])
def test_zero_is_no_limit_but_for_the_size_of_a_message(limits):
    allowance = Allowance(*limits)
    assert all(allowance.admits(MESSAGE_BYTES) for _ in range(10))
    assert not allowance.admits(MESSAGE_BYTES + 1)


def test_memory_is_counted_by_itself_and_given_back():
    allowance = Allowance(cell_bytes=100, notebook_bytes=10_000)
    assert allowance.keeps(1000)
    allowance.forgets()
    assert allowance.keeps(1000)
    assert not allowance.keeps(1)
    assert allowance.cut == "too many lines, outputs or values"
    assert not allowance.admits(1)


def test_a_message_may_have_the_fewer_values_the_less_is_left():
    allowance = Allowance(cell_bytes=1000, notebook_bytes=1_000_000)
    assert allowance.max_values == 251
    allowance.keeps(8_000)
    assert allowance.max_values == 51
    assert Allowance().max_values > 10**6


def test_a_budget_that_is_used_up_lets_nothing_through():
    budget = Budget(10, 10)
    budget.take(10)
    budget.next_cell()
    assert budget.take(1)
    assert not budget.take(1)
    assert budget.left(5) == 0


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
