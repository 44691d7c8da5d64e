import asyncio
import gc

import pytest

from engine.tests.hostile import ENDS, MALFORMED, REPLIES, SPEAK
from proctor.execution.session import KernelLost, Limits, retrieve
from proctor.sandbox.shared.limits import Termination

pytestmark = pytest.mark.sandbox


def test_output_is_kept_up_to_its_limit(open_notebook):
    with open_notebook(limits=Limits(cell_output_bytes=2000)) as session:
        text = str(session.run("for i in range(100): print('x' * 100, flush=True)").outputs)
        assert len(text) < 5000
        assert "more than 2,000 bytes of output; the rest is cut" in text
        assert session.run("print('short')").outputs[0].text == "short\n"


def test_a_notebook_has_a_budget_for_all_of_its_cells(open_notebook):
    with open_notebook(limits=Limits(notebook_output_bytes=3000)) as session:
        sizes = [len(str(session.run("print('x' * 2500)").outputs)) for _ in range(3)]
    assert sizes[0] > 2500
    assert max(sizes[1:]) < 1000


def test_a_limit_of_zero_is_none(open_notebook):
    limits = Limits(0, 0, 0, 0)
    with open_notebook(limits=limits) as session:
        assert len(session.run("print('x' * 2_000_000)").outputs[0].text) > 2_000_000


def test_a_notebooks_time_is_counted_over_its_cells(open_notebook):
    with open_notebook(limits=Limits(cell_seconds=30, notebook_seconds=2)) as session:
        session.run("import time; time.sleep(1.2)")
        session.run("time.sleep(5)")
        with pytest.raises(KernelLost, match="used up its 2 seconds") as lost:
            session.run("1")
    assert lost.value.timed_out


def test_what_ended_a_cell_is_said_shortly_and_plainly(open_notebook):
    with open_notebook() as session:
        assert session.run("def f(:").error == "SyntaxError: invalid syntax (line 1)"
        long = session.run("raise ValueError('\\x1b[31m' + 'x' * 10**6)").error
    assert long.startswith("ValueError: xxx")
    assert len(long) < 600


def test_an_interrupted_cell_that_goes_on_loses_the_kernel(open_notebook):
    stubborn = """
import time
while True:
    try:
        while True: time.sleep(0.01)
    except KeyboardInterrupt: pass"""
    limits = Limits(cell_seconds=1, interrupt_seconds=1)
    with (
        open_notebook(limits=limits) as session,
        pytest.raises(KernelLost, match="could not be interrupted"),
    ):
        session.run(stubborn)


def test_what_else_ended_an_interrupted_kernel_is_why_it_was_lost(open_notebook, monkeypatch):
    limits = Limits(cell_seconds=1, interrupt_seconds=1)
    with open_notebook(limits=limits) as session:
        ended = Termination("it used more than its memory")
        monkeypatch.setattr(session._slot, "termination", lambda: ended)
        with pytest.raises(KernelLost, match="more than its memory"):
            session.run("while True:\n    try:\n        f\n    except BaseException:\n        pass")


@pytest.mark.parametrize("name", ENDS)
def test_a_kernel_that_breaks_the_conversation_off_is_lost(open_notebook, name):
    limits = Limits(cell_seconds=2, interrupt_seconds=1)
    with (
        open_notebook(limits=limits) as session,
        pytest.raises(KernelLost, match=r"closed its connection|could not be interrupted"),
    ):
        session.run(f"{SPEAK}{ENDS[name]}\ntime.sleep(3)")


@pytest.mark.parametrize("name", [*MALFORMED, *REPLIES])
def test_what_makes_no_sense_is_left_out_and_the_notebook_goes_on(open_notebook, name):
    with open_notebook() as session:
        session.run(SPEAK)
        assert not session.run(SPEAK + {**MALFORMED, **REPLIES}[name]).timed_out
        session.run("# what came too early was the answer to the cell before")
        assert session.run("print('still there')").outputs[0].text == "still there\n"


def test_a_message_that_is_too_large_is_left_out(open_notebook):
    large = "from IPython.display import display\ndisplay({'text/html': 'x' * (2 << 20)}, raw=True)"
    with open_notebook() as session:
        run = session.run(f"print(1)\n{large}\nprint(2)")
        assert run.error is None
        assert [o.text.strip() for o in run.outputs] == [
            "1", "... more than 1,000,000 bytes of output; the rest is cut ...",
        ]  # fmt: skip
        assert session.run("print(1)").outputs[0].text == "1\n"


def test_no_message_is_lost_however_fast_they_come(open_notebook):
    with open_notebook(limits=Limits(cell_output_bytes=0, notebook_output_bytes=0)) as session:
        run = session.run("for i in range(3000): display(i)")
    assert run.error is None
    assert len(run.outputs) == 3000


@pytest.mark.parametrize("callbacks", [[retrieve], []])
def test_nobody_complains_of_the_second_of_two_that_are_lost(callbacks):
    heard = []

    async def lose():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: heard.append(told["message"]))
        lost = loop.create_future()
        for one in callbacks:
            lost.add_done_callback(one)
        lost.set_exception(KernelLost("the second", timed_out=False))
        await asyncio.sleep(0)
        del lost
        gc.collect()

    asyncio.run(lose())
    assert heard == ([] if callbacks else ["Future exception was never retrieved"])
