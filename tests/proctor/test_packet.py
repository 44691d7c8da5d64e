import contextlib
import io
import json
import pickle
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
