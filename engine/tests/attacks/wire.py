"""Attacks on the connection over which a check calls the student's functions."""

import textwrap

from engine.tests.attacks.attack import Theme

theme = Theme("wire")

_WIRE = """
import json, os, socket, struct, threading, time
import proctor.remote.student
from proctor.sandbox.shared.protocol import LINK
wire = socket.socket(fileno=os.dup(LINK))
def turn():
    return next((link.turn for link, _ in proctor.remote.student._sides.values()), 1)
def say(data, *buffers, length=None):
    if isinstance(data, dict):
        data = {"turn": turn(), **data}
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    head = struct.pack(">II", len(text) if length is None else length, len(buffers))
    sizes = b"".join(struct.pack(">I", len(one)) for one in buffers)
    wire.sendall(head + sizes + text + b"".join(buffers))
def reply(number, value=9):
    return {"op": "reply", "number": number, "value": value, "printed": [], "random": {}}
"""


def _wire(source: str) -> str:
    return _WIRE + textwrap.dedent(source)


theme.code(
    "early",
    "sends answers before anything was asked",
    _wire("for number in range(100):\n    say(reply(number))"),
)
theme.code(
    "directly",
    "sends an answer itself, with a score in it, and then ends",
    _wire("""
    def double(values):
        say({**reply(2), "score": 1.0, "verdict": "passed", "uses": []})
        raise KeyboardInterrupt
    """),
)
theme.code(
    "twice",
    "sends answers again and again from a thread",
    _wire("""
    def again():
        number = 0
        while True:
            number += 1
            say(reply(number))
            time.sleep(0.001)
    threading.Thread(target=again, daemon=True).start()
    """),
)
theme.code(
    "storm",
    "calls back without end, though nothing was handed over to call",
    _wire("""
    def double(values):
        while True:
            say({"op": "back", "number": 2, "object": 1, "what": "call", "args": [], "kwargs": {}})
    """),
)
theme.code(
    "late-storm",
    "sends messages of an earlier test without end",
    _wire("""
    def double(values):
        while True:
            say({**reply(2), "turn": 0})
    """),
)
theme.code(
    "giant",
    "announces an answer of a terabyte",
    _wire("""
    def double(values):
        wire.sendall(struct.pack(">II", 4_000_000_000, 4_000_000_000) + bytes(1000))
        time.sleep(60)
    """),
)
theme.code(
    "slow",
    "sends an answer byte by byte, and never its end",
    _wire("""
    def double(values):
        wire.sendall(struct.pack(">II", 1000, 0))
        while True:
            wire.sendall(b" ")
            time.sleep(0.5)
    """),
)
theme.code(
    "pickle",
    "answers with a pickle that runs a command where it is read",
    _wire("""
    import pickle
    class Bomb:
        def __reduce__(self):
            return os.system, ("touch {course}/pickled",)
    def double(values):
        for number in range(1, 10):
            say({**reply(number), "value": ["pickle", 0]}, pickle.dumps(Bomb()))
        raise KeyboardInterrupt
    """),
)
theme.code(
    "malformed",
    "answers with bytes that are no message",
    _wire("""
    def double(values):
        wire.sendall(os.urandom(100_000))
        raise KeyboardInterrupt
    """),
)
theme.code(
    "nan",
    "returns numbers with which comparisons go wrong",
    """
    import numpy
    def double(values):
        return numpy.full(numpy.shape(values), numpy.nan)
    """,
)
theme.code(
    "infinite",
    "returns infinities of another shape and type",
    """
    import numpy
    def double(values):
        return numpy.full((3, 1, 7), numpy.inf, dtype=numpy.complex64)
    """,
)
theme.code(
    "objects",
    "returns an array of objects",
    """
    import numpy
    def double(values):
        return numpy.array([object(), None, {}], dtype=object)
    """,
)
theme.code(
    "deep-json",
    "answers with JSON so deep that a reader's stack ends",
    _wire("""
    def double(values):
        say(b'{"op":"reply","number":2,"value":' + b"[" * 100000 + b"]" * 100000 + b"}")
        raise KeyboardInterrupt
    """),
)
theme.code(
    "closed",
    "closes the connection",
    _wire("""
    def double(values):
        wire.shutdown(socket.SHUT_RDWR)
        return values
    """),
)
theme.code(
    "ends",
    "ends its process while the check waits",
    "import os\ndef double(values):\n    os._exit(0)",
    attention="the kernel",
)
theme.code(
    "other-side",
    "changes what the other side holds, by the numbers of its containers",
    _wire("""
    def double(values):
        for sign in (1, -1):
            for number in range(1, 50):
                say({**reply(2, None), "changed": [[sign * number, ["list"]]],
                     "rest": [[sign * number, ["list"]]]})
        return values
    """),
)
theme.code(
    "equal-in-the-end",
    "returns an object that shows itself as another array each time",
    """
    import numpy
    class Shifting:
        given = None
        def __array__(self, dtype=None, copy=None):
            return self.given * numpy.random.randint(1, 4)
    def double(values):
        found = Shifting()
        found.given = values
        return found
    """,
)
