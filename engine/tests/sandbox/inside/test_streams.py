import pytest

from engine.tests.hostile import SPEAK

pytestmark = pytest.mark.sandbox


def test_a_cell_that_prints_without_end_ends_with_an_error(open_notebook):
    with open_notebook(printed_mib=1) as session:
        run = session.run("while True:\n    print('x' * 1000)")
        assert "PrintLimitError: the cell printed more than 1,048,576" in run.error
        assert session.run("print('x' * 1000)").outputs[0].text == "x" * 1000 + "\n"


def test_the_count_begins_anew_with_each_cell(open_notebook):
    with open_notebook(printed_mib=1) as session:
        for _ in range(3):
            assert session.run("print('x' * 600_000)").error is None


def test_no_limit_is_no_limit(open_notebook):
    with open_notebook(printed_mib=0) as session:
        assert session.run("for _ in range(20): print('x' * 1000_000)").error is None


def test_a_kernel_waits_for_its_reader(open_notebook):
    # More than ZeroMQ's queue holds, and nobody reads it until all of it was shown.
    source = """
for number in range(3000):
    iopub("stream", {"name": "stdout", "text": str(number % 10)})"""
    with open_notebook() as session:
        run = session.run(SPEAK + source)
    assert run.error is None
    assert run.outputs[0].text == "0123456789" * 300
