import contextlib
import io
import json
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest

from proctor.errors import PacketError
from proctor.packet import Packet, decode, encode


def npz(compressed=False, **entries):
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **entries)
    return buffer.getvalue()


def text(value):
    return np.frombuffer(json.dumps(value).encode(), dtype=np.uint8)


def test_a_packet_crosses_unchanged():
    packet = Packet(
        {"a": [1, None, "ü"]}, {"x": np.arange(6.0).reshape(2, 3), "s": np.array(["b"])}
    )
    back = decode(encode(packet))
    assert back.data == packet.data
    assert np.array_equal(back.arrays["x"], packet.arrays["x"])
    assert back.arrays["s"][0] == "b"


@pytest.mark.parametrize("array", [np.array([object()]), np.array([{}, []], dtype=object)])
def test_objects_are_not_sent(array):
    with pytest.raises(PacketError, match="plain dtypes"):
        encode(Packet({}, {"x": array}))


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"PK\x03\x04",
        pickle.dumps({"score": 1}),
        npz(x=np.arange(3)),
        npz(json=text([1, 2])),
        npz(json=text({}), x=np.array([{"a": 1}], dtype=object)),
        npz(json=np.array(["no bytes"])),
        npz(compressed=True, json=text({}), x=np.zeros(1000)),
        encode(Packet({"a": 1}))[:-30],
    ],
    ids=["empty", "zip", "pickle", "no json", "list", "object", "strings", "compressed", "cut"],
)
def test_what_is_no_packet_is_refused(blob):
    with pytest.raises(PacketError):
        decode(blob)


def test_size_is_limited_before_anything_is_read():
    blob = encode(Packet({}, {"x": np.zeros(1000)}))
    with pytest.raises(PacketError, match="more than 1,000"):
        decode(blob, limit=1000)


def test_a_zip_that_lies_about_its_size_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("json.npy", b"\0" * 50_000_000)
    assert len(buffer.getvalue()) < 100_000
    with pytest.raises(PacketError, match="unpacked"):
        decode(buffer.getvalue(), limit=1_000_000)


def test_bytes_at_random_never_raise_anything_else():
    rng = np.random.default_rng(0)
    whole = bytearray(encode(Packet({"a": 1}, {"x": np.arange(40)})))
    for _ in range(400):
        blob = bytearray(whole)
        for place in rng.integers(0, len(blob), size=4):
            blob[place] = rng.integers(0, 256)
        with contextlib.suppress(PacketError):
            decode(bytes(blob))


def header(dtype, shape):
    buffer = io.BytesIO()
    entry = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, entry)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("dtype", "shape"), [("|V0", (10**15,)), ("<U0", (10**15,)), ("<f8", (10**9,))]
)
def test_an_array_is_as_large_as_its_bytes(dtype, shape):
    buffer = io.BytesIO(npz(json=text({})))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("x.npy", header(dtype, shape))
    with pytest.raises(PacketError):
        decode(buffer.getvalue())


def test_the_number_of_entries_is_limited():
    arrays = {f"x{number}": np.zeros(1) for number in range(5000)}
    with pytest.raises(PacketError, match="5,001 entries"):
        decode(encode(Packet({}, arrays)))


def raw_json(raw):
    return npz(json=np.frombuffer(raw, dtype=np.uint8))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":[' + b"[]," * 1_000_000 + b"[]]}",
        b'{"a":[' + b"{}," * 1_000_000 + b"{}]}",
        b'{"a":' + b"[" * 5_000_000,
        b'{"a":' + b"9" * 5_000_000 + b"}",
        b'{"a":1e999}',
        b'{"a":"\xff"}',
    ],
    ids=["lists", "objects", "deep", "digits", "overflow", "not UTF-8"],
)
def test_json_that_costs_more_than_its_bytes_is_refused(raw):
    tracemalloc.start()
    try:
        with pytest.raises(PacketError, match=r"JSON|UTF-8"):
            decode(raw_json(raw))
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_numbers_that_are_none_cross():
    data = decode(raw_json(b'{"a": [NaN, Infinity, -Infinity, 1e300]}')).data
    assert np.array_equal(data["a"], [np.nan, np.inf, -np.inf, 1e300], equal_nan=True)


def test_json_comes_as_bytes():
    with pytest.raises(PacketError, match="dtype <f8"):
        decode(npz(json=np.frombuffer(b"{}", np.uint8).astype(float)))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(3, dtype=[("a", "f8"), ("b", [("c", "i4")])]),
        np.zeros(3, dtype="V8"),
        np.zeros(3, dtype=[(f"f{number}", "i1") for number in range(400)]),
    ],
    ids=["records", "bytes", "wide"],
)
def test_records_are_refused(array):
    with pytest.raises(PacketError):
        decode(npz(json=text({}), x=array))


@pytest.mark.parametrize("kind", ["?", "i1", "u8", "f2", "g", "F", "S5", "U5", "M8[s]", "m8[D]"])
def test_numbers_text_and_times_are_read(kind):
    array = np.zeros(3, dtype=kind)
    back = decode(encode(Packet({}, {"x": array}))).arrays["x"]
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)


def test_headers_are_short():
    buffer = io.BytesIO(npz(json=text({})))
    head = b"\x93NUMPY\x01\x00" + (9000).to_bytes(2, "little") + b"(" * 9000
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(1500):
            archive.writestr(f"x{number}.npy", head)
    with pytest.raises(PacketError):
        decode(buffer.getvalue())


def test_entries_are_counted_before_they_become_objects():
    head = b"PK\x01\x02" + bytes(42)
    tracemalloc.start()
    try:
        with pytest.raises(PacketError, match="entries"):
            decode(head * 300_000)
        assert tracemalloc.get_traced_memory()[1] < 32 * 1024 * 1024
    finally:
        tracemalloc.stop()
