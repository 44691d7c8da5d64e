from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import LimitOutput

from engine.tests.hostile import FLOODS, MALFORMED, REPLIES, SPEAK
from proctor.execution.bounded_client import Client
from proctor.execution.session import KernelLost, Limits
from proctor.kernel_client.output_budget import Allowance

pytestmark = pytest.mark.sandbox

MIB = 1 << 20

SOON = Limits(cell_seconds=4, interrupt_seconds=1)


def written(runs):
    """The notebook's file, as grading writes it."""
    nb = new_notebook(cells=[new_code_cell(outputs=run.outputs) for run in runs])
    nb, _ = LimitOutput().preprocess(nb, {})
    return nbformat.writes(nb).encode()


def resident(which):
    """MiB of memory of this process: present (VmRSS) or at most so far (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{which}:")[1].split()[0]) / 1024


@pytest.mark.parametrize("name", FLOODS)
def test_the_graders_memory_is_flat_under_a_flood(open_notebook, name):
    with open_notebook(limits=SOON, memory_mib=3000) as session:
        runs = [session.run("x = 1")]
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        before = resident("VmRSS")
        with suppress(KernelLost):
            runs += [session.run(SPEAK + FLOODS[name]) for _ in range(2)]
        assert len(written(runs)) < 4 * MIB
        assert resident("VmHWM") - before < 100


@pytest.mark.parametrize("name", [*MALFORMED, *REPLIES])
def test_what_is_kept_of_malformed_messages_can_be_written(open_notebook, name):
    with open_notebook() as session:
        run = session.run(SPEAK + {**MALFORMED, **REPLIES}[name])
    nbformat.validate(new_notebook(cells=[new_code_cell(outputs=run.outputs)]))
    assert len(written([run])) < 4 * MIB


@pytest.fixture
def client():
    """A client that talks to nobody, and has begun a cell."""
    made = Client(new_notebook(cells=[new_code_cell()]), allowance=Allowance(100_000, 1_000_000))
    made.begin("1")
    return made


def hear(client, kind, content, display_id=None):
    message = {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": {"msg_id": "x"}}
    if display_id is not None:
        content = {**content, "transient": {"display_id": display_id}}
    client.process_message({**message, "content": content}, client.nb.cells[0], 0)


def text(client, text, name="stdout"):
    hear(client, "stream", {"name": name, "text": text})


def display(client, shown, kind="display_data", display_id=None):
    hear(client, kind, {"data": {"text/plain": shown}, "metadata": {}}, display_id)


def shown(client):
    return [o.get("text") or o.data["text/plain"] for o in client.shown()]


def test_texts_of_one_stream_become_one_and_keep_their_place(client):
    text(client, "a")
    text(client, "b")
    text(client, "c", "stderr")
    display(client, "d")
    text(client, "e")
    text(client, "f")
    assert shown(client) == ["ab", "c", "d", "ef"]
    assert [o.get("name") for o in client.shown()] == ["stdout", "stderr", None, "stdout"]


@pytest.mark.parametrize("wait", [True, False])
def test_what_is_cleared_is_gone_with_its_texts(client, wait):
    text(client, "a")
    text(client, "b")
    hear(client, "clear_output", {"wait": wait})
    text(client, "c")
    text(client, "d")
    assert shown(client) == ["cd"]


def test_what_is_cleared_weighs_nothing_any_more(client):
    for number in range(5000):
        hear(client, "clear_output", {"wait": bool(number % 2)})
        display(client, "x")
    assert shown(client) == ["x"]
    assert client.allowance.cut is None


def test_a_display_is_updated_in_all_of_its_places(client):
    for _ in range(3):
        display(client, "a", display_id="d")
    text(client, "b")
    display(client, "c", "update_display_data", "d")
    assert shown(client) == ["c", "c", "c", "b"]


def test_a_display_of_the_cell_before_is_none_of_this_ones(client):
    text(client, "a")
    display(client, "b", display_id="d")
    client.begin("2")
    display(client, "c", "update_display_data", "d")
    text(client, "d")
    assert shown(client) == ["d"]


def test_every_place_of_a_display_counts(client):
    for _ in range(20):
        display(client, "a", display_id="d")
    display(client, "x" * 60_000, "update_display_data", "d")
    assert shown(client)[:-1] == ["a"] * 20
    assert "the rest is cut" in shown(client)[-1]


def test_notes_say_what_is_missing(client):
    client.allowance.malformed = 2
    client.allowance.admits(200_000)
    notes = shown(client)
    assert len(notes) == 2
    assert "more than 100,000 bytes of output; the rest is cut" in notes[0]
    assert "some of what the cell showed is left out" in notes[1]


def test_an_output_that_something_stumbles_over_is_left_out(client):
    hear(client, "stream", {"name": 7, "text": []})
    hear(client, "display_data", {"data": None})
    assert client.allowance.malformed == 2
