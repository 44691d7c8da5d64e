import json

import pytest
from jupyter_client.session import Session

from proctor.kernel_client.envelope import Desk, Envelope, Published, Replies
from proctor.kernel_client.output_budget import Allowance

pytestmark = pytest.mark.sandbox

SESSION = Session(key=b"secret")
ASKED = SESSION.msg("execute_request")


class Talk:
    """A conversation in which one request was sent."""

    def __init__(self, policy, cell_bytes=10_000):
        self.allowance = Allowance(cell_bytes, 10 * cell_bytes)
        desk = Desk(SESSION.sign, self.allowance)
        desk.asked = ASKED["header"]["msg_id"]
        self.envelope = Envelope(desk, policy)
        self.stored = 0

    def hears(self, frames):
        for frame in frames:
            wanted = self.envelope.wants(len(frame))
            self.stored += len(frame) if wanted else 0
            self.envelope.takes(frame if wanted else None)
        return self.envelope.ends()


@pytest.fixture
def iopub():
    return Talk(Published())


@pytest.fixture
def shell():
    return Talk(Replies())


def frames(kind, content, parent=ASKED, **parts):
    header = {"msg_type": kind, "msg_id": "x", "version": "5.4"}
    above = parent and {"msg_id": parent["header"]["msg_id"]}
    made = {
        "header": header,
        "parent_header": above or {},
        "metadata": {},
        "content": content,
        **parts,
    }
    raw = [p if isinstance(p, bytes) else json.dumps(p).encode() for p in made.values()]
    return [b"topic", b"<IDS|MSG>", SESSION.sign(raw), *raw]


TEXT = {"name": "stdout", "text": "hello"}


def test_an_output_of_the_cell_is_heard_with_nothing_else_in_it(iopub):
    heard = iopub.hears([*frames("stream", {**TEXT, "more": 1}), b"a buffer"])
    assert heard["content"] == TEXT
    assert heard["msg_type"] == heard["header"]["msg_type"] == "stream"
    assert heard["parent_header"]["msg_id"] == ASKED["header"]["msg_id"]
    assert heard["buffers"] == []


def test_what_belongs_to_another_request_is_neither_stored_nor_counted(iopub):
    other = SESSION.msg("execute_request")
    assert iopub.hears(frames("stream", {**TEXT, "text": "x" * 50_000}, parent=other)) is None
    assert iopub.stored < 1000
    assert iopub.allowance.cut is None
    assert iopub.allowance.malformed == 0


def test_every_kind_counts_and_beyond_the_limit_only_the_end_is_heard(iopub):
    for kind in ("comm_open", "comm_msg", "nonsense", "clear_output", "update_display_data"):
        iopub.allowance.next_cell()
        assert iopub.hears(frames(kind, {"x": "x" * 20_000})) is None
        assert iopub.allowance.cut == "more than 10,000 bytes of output", kind
    assert iopub.stored < 5000
    assert iopub.hears(frames("stream", TEXT)) is None
    iopub.allowance.keeps(10**9)
    assert iopub.hears(frames("status", {"execution_state": "idle"})) is not None


def test_buffers_count_and_are_not_stored(iopub):
    iopub.hears([*frames("display_data", {"data": {}, "metadata": {}}), *[bytes(6000)] * 2])
    assert iopub.allowance.cut is not None
    assert iopub.stored < 1000


def test_the_source_that_a_kernel_repeats_is_free(iopub):
    assert iopub.hears(frames("execute_input", {"code": "x" * 50_000})) is None
    assert iopub.allowance.cut is None


@pytest.mark.parametrize(
    "wrong",
    [
        [], [b""], [b"<IDS|MSG>"], [b"x"] * 100, frames("stream", TEXT)[2:],
        frames("stream", TEXT)[:-1], [b"x" * 10**6, *frames("stream", TEXT)],
        [*[b"a"] * 50, *frames("stream", TEXT)], [b"t", b"<IDS|MSG>", *frames("stream", TEXT)],
        frames("stream", TEXT, header=b"x" * 10**6), frames("stream", TEXT, header=b"["),
        frames("stream", TEXT, parent_header=b"\xff"), frames("stream", TEXT, header=[]),
        frames("stream", b"no json"), frames("stream", b"[" * 1000), frames("stream", [TEXT]),
        frames("stream", b"[" + b"[]," * 2500 + b"0]"),
        frames("stream", TEXT, metadata=b"x" * 10**6),
        [*frames("stream", TEXT)[:2], b"0" * 64, *frames("stream", TEXT)[3:]],
    ],
)  # fmt: skip
def test_what_is_no_message_is_counted_and_the_next_one_is_heard(iopub, wrong):
    assert iopub.hears(wrong) is None
    assert iopub.allowance.malformed == 1
    assert iopub.stored < 40_000
    assert iopub.hears(frames("stream", TEXT))["content"] == TEXT


def test_honest_text_may_look_like_json(iopub):
    text = "[]{},:" * 1000
    assert iopub.hears(frames("stream", {**TEXT, "text": text}))["content"]["text"] == text


def test_bytes_that_are_no_text_are_shown_as_such(iopub):
    heard = iopub.hears(frames("stream", b'{"name": "stdout", "text": "a\xff"}'))
    assert heard["content"]["text"] == "a\N{REPLACEMENT CHARACTER}"


def test_a_reply_is_heard_whatever_is_in_it(shell):
    assert shell.hears(frames("execute_reply", {"status": "ok"}))["content"] == {"status": "ok"}
    for wrong in (b"", [], {"status": 5}, {"status": "error"}, b"[" * 10**5, "x" * (5 << 20)):
        heard = shell.hears(frames("execute_reply", wrong))
        assert heard["content"]["ename"] == "UnreadableReply"
    assert shell.hears(frames("kernel_info_reply", [])) is None
    assert shell.hears(frames("input_request", {"prompt": ""})) is None
    assert shell.stored < 600_000
