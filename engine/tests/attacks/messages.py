"""Attacks on the grader's memory and patience by what a kernel sends it."""

from __future__ import annotations

from engine.tests.attacks.attack import Theme
from engine.tests.hostile import ENDS, FLOODS, MALFORMED, REPLIES, SPEAK

theme = Theme("messages")

_FLOODS = {
    "unread-channel": "sends gigabytes on a channel that nobody reads",
    "updates": "shows little, and then replaces it with 20 MiB, which is not counted as output",
    "many-places": "shows one display 300 times, and then makes it large in all places at once",
    "widgets": "opens widgets with large states, and sends messages of unknown kinds",
    "lists": "sends a megabyte of nested lists, which become a hundred in memory",
    "lines": "shows texts of nothing but ends of lines",
    "small-outputs": "shows thousands of outputs with nothing in them",
    "buffers": "attaches gigabytes of buffers to small outputs",
    "replies": "replies with hundreds of MiB before the cell has ended",
    "endless-message": "sends a message in parts that never ends, past ZeroMQ",
}
_MALFORMED = {
    "stream-values": "prints things that are no text on streams that are none",
    "display-values": "shows data, metadata and ids of wrong types",
    "error-values": "raises errors whose names and tracebacks are of wrong types",
    "state-values": "says of its state and its widgets what makes no sense",
    "header-values": "sends headers and parents of wrong types",
    "no-json": "sends bytes that are no JSON, no UTF-8, no finite numbers, or too deep",
    "deep-output": "shows JSON that is nested 900 deep",
    "surrogates": "shows halves of characters, which no file can hold",
    "frames": "leaves frames of messages away, or sends a thousand more",
    "signature": "signs wrongly, or not at all, and sends the same message again",
    "other-parents": "ends cells of other requests",
    "idle-again": "says three times that the cell has ended, and goes on showing",
    "displays": "updates displays that it has cleared",
}
_REPLIES = {
    "wrong-status": "replies with a status that is none",
    "no-content": "replies with nothing",
    "aborted": "replies that the cell was aborted",
    "many": "replies a hundred times",
}
_ENDS = {
    "closed": "closes its connections with the grader",
    "rebound": "closes them and puts links to a socket of the grader's in their places",
    "no-frames": "sends what is no frame of ZeroMQ's protocol",
    "endless-frame": "sends a frame of 2^64 bytes",
    "deaf": "stops itself, and reads nothing any more",
}

for name, tries in _FLOODS.items():
    theme.code(f"flood-{name}", tries, SPEAK + FLOODS[name], reckless=True)
for name, tries in {**_MALFORMED, **_REPLIES}.items():
    theme.code(f"malformed-{name}", tries, SPEAK + {**MALFORMED, **REPLIES}[name])
for name, tries in _ENDS.items():
    # Within the cell: what is lost is the kernel that still runs it.
    source = f"{SPEAK}{ENDS[name]}\ntime.sleep(5)"
    theme.code(f"ends-{name}", tries, source, attention="", reckless=True)
