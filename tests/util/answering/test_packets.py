"""Answers as files: what is written can be read on the other side, and by nobody halfway."""

import io
import zipfile

import numpy as np
import pytest

from proctor.errors import PacketError
from proctor.packet import Packet, decode, encode
from util.answering.packets import packet_bytes, read_packet, write_packet

DATA = {"name": "ä", "list": [1, 2.5, None, True], "object": {"a": "b"}}
ARRAYS = {"numbers": np.arange(6.0).reshape(2, 3), "words": np.array(["a", "bc"])}


def test_an_answer_is_read_as_it_was_written():
    packet = decode(packet_bytes((DATA, ARRAYS)))
    assert packet.data == DATA
    assert sorted(packet.arrays) == ["numbers", "words"]
    np.testing.assert_array_equal(packet.arrays["numbers"], ARRAYS["numbers"])
    np.testing.assert_array_equal(packet.arrays["words"], ARRAYS["words"])


def test_a_challenge_is_read_as_it_was_posed():
    data, arrays = read_packet(encode(Packet(DATA, ARRAYS)))
    assert data == DATA
    np.testing.assert_array_equal(arrays["words"], ARRAYS["words"])


def test_an_answer_is_not_compressed_and_holds_no_pickle():
    with zipfile.ZipFile(io.BytesIO(packet_bytes((DATA, ARRAYS)))) as archive:
        kinds = {entry.compress_type for entry in archive.infolist()}
    assert kinds == {zipfile.ZIP_STORED}
    with pytest.raises(ValueError, match="allow_pickle"):
        packet_bytes(({}, {"objects": np.array([object()])}))


def test_a_pickle_in_a_challenge_is_not_opened():
    buffer = io.BytesIO()
    np.savez(buffer, json=np.frombuffer(b"{}", np.uint8), bad=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_packet(buffer.getvalue())
    with pytest.raises(PacketError):
        decode(buffer.getvalue())


def test_a_file_is_written_in_one_step(tmp_path):
    target = tmp_path / "one.answer.npz"
    write_packet(target, (DATA, ARRAYS))
    assert [path.name for path in tmp_path.iterdir()] == ["one.answer.npz"]
    assert decode(target.read_bytes()).data == DATA


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path):
    target = tmp_path / "one.answer.npz"
    target.write_bytes(b"before")
    with pytest.raises(TypeError):
        write_packet(target, ({"set": {1}}, {}))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]
