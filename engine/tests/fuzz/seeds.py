"""Inputs to start from: what a student's process really answers to the test in `target`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from engine.tests.fuzz.target import GIVEN, TEST
from engine.tests.remote.pair import Pair
from proctor.remote.link import Message

_STUDENTS = (
    """
    def f(*args, **kwargs):
        return sorted(args[0]) if isinstance(args[0], list) else args[0]
    def g():
        yield 1
    x = [1, 2]
    """,
    """
    class Own:
        def __eq__(self, other):
            return True
        def __len__(self):
            return 3
        def __getitem__(self, key):
            return key
    def f(first, *more, **named):
        if callable(first):
            node = first(Own())
            return [node, more[0].children, first]
        first.append(len(first)) if isinstance(first, list) else None
        return (first, more, named)
    g, x = Own(), Own()
    """,
    """
    class WrongError(ValueError):
        pass
    def f(*args, **kwargs):
        print("at work")
        try:
            random.random()
            raise OwnError("first", [1])
        except OwnError as error:
            raise WrongError("second") from error
    g, x = Point(1, [2]), Colour.RED
    """,
    """
    import collections, datetime, decimal, fractions, pathlib
    Own = collections.namedtuple("Own", "a b")
    values = iter([
        Own(1, 2), Pair(1, Point(2, 3)), collections.Counter("abb"), collections.deque([1], 3),
        datetime.datetime(2020, 1, 2, 3), decimal.Decimal("1.5"), fractions.Fraction(1, 3), {1, 2},
        pathlib.Path("a"), {"a": range(3)}.items(), b"ab", 2**80, slice(1), list(range(200)),
    ])
    def f(*args, **kwargs):
        return next(values)
    g, x = collections.defaultdict(list, a=[1]), "text"
    """,
    """
    import numpy as np
    values = iter([
        np.arange(6).reshape(2, 3)[:, 1:], np.float32(2), np.array([1, "a", None], object),
        np.ma.array([1, 2], mask=[0, 1]), np.random.default_rng(1), np.array(["2020"], "M8[D]"),
        np.array([(1, 2.5)], [("x", "i4"), ("y", "f8")]), np.dtype("f4"),
    ])
    def f(first, *more, **named):
        if len(more) == 2:
            more[1][1:3] = 9
            return more[1][::2]
        return next(values)
    g, x = np.array([[1]]).view(np.matrix), np.nan
    """,
    """
    import numpy as np
    import pandas as pd
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"]),
                          "d": pd.date_range("2020", periods=2, tz="UTC"),
                          "e": pd.array([1, None], "Int64")})
    values = iter([frame, frame["c"], frame.describe(), frame.index, pd.Timestamp("2020"),
                   pd.interval_range(0, 2), pd.period_range("2020-01", periods=2, freq="M")])
    def f(*args, **kwargs):
        return next(values)
    g, x = pd.NaT, pd.MultiIndex.from_product([[1], ["a"]])
    """,
)
"""Solutions of what the test asks for; the last two need numpy and pandas."""


def seeds() -> Iterator[bytes]:
    """The inputs."""
    for source in _STUDENTS:
        pair = Pair()
        heard: list[Message] = []
        receive = pair.ours.receive

        def listen(receive: Any = receive, heard: list[Message] = heard) -> Message:
            heard.append(receive())
            return heard[-1]

        pair.ours.receive = listen
        pair.define(source, given=GIVEN + "\nimport numpy")
        pair.run(TEST)
        pair.close()
        yield as_input(heard)


def as_input(messages: list[Message]) -> bytes:
    """The input of which these are the messages; each answers what was asked last."""
    told = []
    for message in messages:
        data = dict(message.data)
        if data.get("op") == "reply":
            del data["op"], data["number"]
        # Long, and all alike.
        data.pop("random", None)
        told.append({"data": data, "buffers": [bytes(one).hex() for one in message.buffers]})
    return json.dumps(told, separators=(",", ":")).encode()
