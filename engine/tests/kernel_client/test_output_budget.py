import pytest

from proctor.kernel_client.output_budget import MESSAGE_BYTES, Allowance, Budget

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
    assert allowance.most_values == 251
    allowance.keeps(8_000)
    assert allowance.most_values == 51
    assert Allowance().most_values > 10**6


def test_a_budget_that_is_used_up_lets_nothing_through():
    budget = Budget(10, 10)
    budget.take(10)
    budget.next_cell()
    assert budget.take(1)
    assert not budget.take(1)
    assert budget.left(5) == 0
