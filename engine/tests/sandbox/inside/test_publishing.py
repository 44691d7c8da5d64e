import pytest

from engine.tests.hostile import SPEAK

pytestmark = pytest.mark.sandbox


def test_a_kernel_waits_for_its_reader(open_notebook):
    # More than ZeroMQ's queue holds, and nobody reads it until all of it was shown.
    source = """
for number in range(3000):
    iopub("stream", {"name": "stdout", "text": str(number % 10)})"""
    with open_notebook() as session:
        run = session.run(SPEAK + source)
    assert run.error is None
    assert run.outputs[0].text == "0123456789" * 300
