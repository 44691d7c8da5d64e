"""Challenges and answers as files: an uncompressed npz whose entry ``json`` is UTF-8 JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Answer = tuple[Mapping[str, Any], Mapping[str, npt.NDArray[Any]]]


def read_packet(blob: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return the JSON and the arrays of a packet."""
    with np.load(io.BytesIO(blob), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    data: dict[str, Any] = json.loads(arrays.pop("json").tobytes().decode())
    return data, arrays


def packet_bytes(answer: Answer) -> bytes:
    """Serialise an answer."""
    data, arrays = answer
    text = np.frombuffer(json.dumps(data).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, json=text, **arrays)
    return buffer.getvalue()


def write_packet(path: Path, answer: Answer) -> None:
    """Write an answer atomically, so that a reader never sees a partial file."""
    part = path.with_suffix(".part")
    part.write_bytes(packet_bytes(answer))
    part.replace(path)
