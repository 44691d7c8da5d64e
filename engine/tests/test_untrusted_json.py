"""JSON from strangers: what is read as ever, and what is refused before it costs anything."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from typing import Any

import pytest

from proctor.untrusted_json import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_SURROGATES,
    UntrustedJSONError,
    loads,
)

MIB = 1024 * 1024
SIZE = 16 * MIB


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        -2.5e-300,
        "",
        "déjà vu \U0001f600",
        'quotes " and backslashes \\ and \\" both',
        "[],{}:" * 10_000,
        [[]] * 1000,
        {"a": {"b": [1, "]", {"c": "}"}]}},
        2**1000,
    ],
)
def test_json_is_read_as_ever(value: Any) -> None:
    assert loads(json.dumps(value).encode(), max_values=5000) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode(), max_values=5000) == value


@pytest.mark.parametrize(
    ("text", "values"),
    [("1", 1), ("[]", 2), ("[1,2,3]", 4), ('{"a":1,"b":[]}', 6), ('["\\\\",",[{:"]', 3)],
)
def test_every_value_counts_and_text_does_not(text: str, values: int) -> None:
    loads(text.encode(), max_values=values)
    with pytest.raises(UntrustedJSONError, match=f"more than {values - 1}"):
        loads(text.encode(), max_values=values - 1)


@pytest.mark.parametrize("before", range(6))
def test_strings_are_told_apart_where_pieces_meet(
    before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proctor.untrusted_json._CHUNK", 5)
    value = ["x" * before, '\\"[,', "\\", '"', [1, {"]": "[["}]]
    loads(json.dumps(value).encode(), max_values=10)
    with pytest.raises(UntrustedJSONError):
        loads(json.dumps(value).encode(), max_values=9)


def test_depth_is_bounded() -> None:
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    loads(deep, max_values=1000)
    with pytest.raises(UntrustedJSONError, match="deeper"):
        loads(b'{"":' + deep + b"}", max_values=1000)
    shallow = b"[" + b"[]," * 1000 + b'"' + b"[" * 1000 + b'"]'
    loads(shallow, max_values=5000)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a" 1}',
        b"[1,]",
        b"1 2",
        b'"\x00"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'\xef\xbb\xbf"with a mark"',
        '"UTF-16"'.encode("utf-16"),
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b"-1e999",
        b"9" * (MAX_DIGITS + 1),
        b"0." + b"9" * MAX_DIGITS,
        b'"' + rb"\ud800" * (MAX_SURROGATES + 1) + b'"',
    ],
)
def test_what_is_not_json_is_refused(text: bytes) -> None:
    with pytest.raises(UntrustedJSONError):
        loads(text, max_values=1000)


def test_constants_are_read_where_they_are_asked_for() -> None:
    found = loads(b"[NaN, -Infinity]", max_values=9, constants=True)
    assert math.isnan(found[0])
    assert found[1] == -math.inf


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (rb"\ud83d\ude00", "\U0001f600"),
        (rb"\uD83D\uDE00", "\U0001f600"),
        (rb"\ud800", "\ufffd"),
        (rb"\udc00", "\ufffd"),
        (rb"\ud800\ud83d\ude00", "\ufffd\U0001f600"),
        (rb"\ud83d\ude00\ude00", "\U0001f600\ufffd"),
        (rb"\ud800x\udc00", "\ufffdx\ufffd"),
        (rb"\\ud800", r"\ud800"),
        (rb"\\\ud800", "\\\ufffd"),
        (rb"\\ud83d\ude00", "\\ud83d\ufffd"),
        (rb"\n\ud800\n", "\n\ufffd\n"),
    ],
)
def test_half_a_character_is_replaced(text: bytes, wanted: str) -> None:
    assert loads(b'"' + text + b'"', max_values=1) == wanted
    assert loads(b'{"' + text + b'":1}', max_values=3) == {wanted: 1}


@pytest.mark.parametrize(
    "text",
    [
        b"[" + b"[]," * (SIZE // 3) + b"[]]",
        b"[" + b"{}," * (SIZE // 3) + b"{}]",
        b"[" + b'{"":0},' * (SIZE // 7) + b"{}]",
        b"[" * SIZE,
        b"[" + b'"",' * (SIZE // 3) + b'""]',
        b"[" + b"1," * (SIZE // 2) + b"1]",
        b"9" * SIZE,
        b"0." + b"9" * SIZE,
        b"1e" + b"9" * SIZE,
        b'"' * SIZE,
        b'"' + rb"\ud800" * (SIZE // 6) + b'"',
    ],
    ids=lambda text: text[:10].decode(),
)
def test_bombs_are_refused_quickly_and_with_little_memory(text: bytes) -> None:
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(UntrustedJSONError):
            loads(text, max_values=100_000)
        assert tracemalloc.get_traced_memory()[1] < 3 * SIZE
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        b'"' + b"[],{}:" * (SIZE // 6) + b'"',
        b'"' + rb"\"" * (SIZE // 2) + b'"',
        b'"' + rb"\\" * (SIZE // 2) + b'"',
        b'"' + rb"\ud800" * MAX_SURROGATES + b'"',
    ],
    ids=lambda text: text[:10].decode(),
)
def test_long_text_is_read_in_linear_time(text: bytes) -> None:
    started = time.process_time()
    assert isinstance(loads(text, max_values=10), str)
    assert time.process_time() - started < 10
