"""numpy's types that are plain data; see `kinds`. Arrays of objects hold plain data in turn."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.remote.containers import CodecError
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.kinds import NotPlainError, Tree, register
from proctor.remote.profile import MISSING, NO_ITEMS

_KINDS = frozenset("biufcSUmM")
"""Kinds of dtype whose items are bytes in a buffer: numbers, text and times."""

_MAX_DTYPE = 500
"""Maximum characters of a dtype; numpy parses it."""

_MAX_DIMENSIONS = 32
_READ_ONLY = "r"
_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")

Array = npt.NDArray[Any]


def write_array(encoder: Encoder, array: Array, depth: int) -> list[Tree]:
    """Encode an array's dtype, shape and items."""
    if array.dtype.hasobject:
        if array.dtype.kind != "O":
            raise NotPlainError
        return ["O", list(array.shape), *encoder.items(array.ravel().tolist(), depth)]
    order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    packed = array.tobytes(order="F" if order == "F" else "C")
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        order = "N"
    tree = [_dtype_tree(array.dtype), list(array.shape), order, encoder.buffer(packed)]
    return tree if array.flags.writeable else [*tree, _READ_ONLY]


def read_array(decoder: Decoder, parts: list[Tree], depth: int) -> Array:
    """Decode an array, into memory of its own unless it is a view of a known one."""
    if parts[0] == "view":
        return _read_view(decoder, parts[1:])
    shape = _shape(parts[1])
    if parts[0] == "O":
        found = np.empty(int(np.prod(shape, dtype=object)), dtype=object)
        if len(found) != len(parts) - 2:
            raise CodecError("an array whose shape is not that of its items")
        for place, item in enumerate(decoder.items(parts[2:], depth)):
            found[place] = item
        return found.reshape(shape)
    dtype, data = _read_dtype(parts[0]), decoder.buffer(parts[3])
    if dtype.itemsize == 0 or int(np.prod(shape, dtype=object)) * dtype.itemsize != len(data):
        raise CodecError("an array whose shape is not that of its items")
    given = np.frombuffer(data, dtype).reshape(shape, order="F" if parts[2] == "F" else "C")
    if not given.size:
        decoder.noticed.add(NO_ITEMS)
    elif _has_missing(given):
        decoder.noticed.add(MISSING)
    copied: Array = given.copy("K")
    if parts[2] == "N":
        # As little contiguous as it was: whether a view of it can cross depends on that.
        copied = np.empty((*shape, 2), dtype)[..., 0]
        copied[...] = given
    copied.flags.writeable = parts[4:] != [_READ_ONLY]
    return copied


def _has_missing(array: Array) -> bool:
    if array.dtype.names is not None:
        return any(_has_missing(array[name]) for name in array.dtype.names)
    return array.dtype.kind in "fcMm" and bool(np.isnan(array).any())


def _write_mutable(encoder: Encoder, array: Array, depth: int) -> list[Tree]:
    """Encode an array; as a view, where it is one of an array that the other side knows."""
    base = _known_base(encoder, array) if encoder.is_new(array) else None
    if base is None:
        return write_array(encoder, array, depth)
    start = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    shape, strides = list(array.shape), list(array.strides)
    known = encoder.containers.number_of(base)
    return ["view", known, _dtype_tree(array.dtype), start, shape, strides, array.flags.writeable]


def _known_base(encoder: Encoder, array: Array) -> Array | None:
    base = array.base
    while type(base) is np.ndarray:
        if encoder.containers.number_of(base) is not None:
            plain = not base.dtype.hasobject and not array.dtype.hasobject
            return base if plain and base.flags.forc and array.size else None
        base = base.base
    return None


def _read_view(decoder: Decoder, parts: list[Tree]) -> Array:
    number, dtype, start, shape, strides, writeable = parts
    base = decoder.containers.current(number)
    if type(base) is not np.ndarray or base.dtype.hasobject or not base.flags.forc:
        raise CodecError("a view of what is no array")
    # Of the same memory, in the order in which it lies there.
    base = base if base.flags.c_contiguous else base.T
    # numpy checks that all of it lies within the base.
    found = np.ndarray(_shape(shape), _read_dtype(dtype), base, start, tuple(strides))
    if writeable is not True:
        found.flags.writeable = False
    return found


def array_state(array: Array) -> tuple[Any, list[Any]]:
    """What tells whether an array was changed: what is compared, and items compared by identity."""
    if array.dtype.hasobject:
        return array.shape, array.ravel().tolist()
    whole = array if array.flags.c_contiguous else np.ascontiguousarray(array)
    packed: Any = whole.reshape(-1).view(np.uint8) if array.size else b""
    return (array.shape, array.dtype, zlib.crc32(packed), array.flags.writeable), []


def _shape(tree: Tree) -> tuple[int, ...]:
    if not isinstance(tree, list) or len(tree) > _MAX_DIMENSIONS:
        raise CodecError("a shape of too many dimensions")
    if any(type(length) is not int or not 0 <= length < 2**40 for length in tree):
        raise CodecError("a shape that is none")
    return tuple(tree)


def _dtype_tree(dtype: np.dtype[Any]) -> Tree:
    if dtype.names is not None:
        descr: Tree = [[name, _dtype_tree(dtype[name])] for name in dtype.names]
        if np.dtype([(n, _read_dtype(d)) for n, d in descr]) != dtype:
            raise NotPlainError
        return descr
    if dtype.kind not in _KINDS or dtype.subdtype is not None:
        raise NotPlainError
    return dtype.str


def _read_dtype(tree: Tree) -> np.dtype[Any]:
    if isinstance(tree, list):
        if len(tree) > _MAX_DTYPE:
            raise CodecError("records of too many fields")
        if not all(isinstance(one, list) and isinstance(one[1], str) for one in tree):
            raise CodecError("records of records")
        return np.dtype([(str(name), _read_dtype(inner)) for name, inner in tree])
    if not isinstance(tree, str) or len(tree) > _MAX_DTYPE:
        raise CodecError("a dtype that is none")
    dtype = np.dtype(tree)
    if dtype.kind not in _KINDS or dtype.names is not None or dtype.subdtype is not None:
        raise CodecError(f"a dtype of kind {dtype.kind!r}")
    return dtype


def _write_scalar(encoder: Encoder, value: Any, depth: int) -> list[Tree]:
    # As an array: text of no characters has a size there.
    array = np.asarray(value)
    return [array.dtype.str, encoder.buffer(array.tobytes())]


def _read_scalar(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    dtype, data = _read_dtype(parts[0]), decoder.buffer(parts[1])
    if len(data) != dtype.itemsize:
        raise CodecError("a number of another size than its type's")
    found = np.frombuffer(data, dtype)[0]
    if _has_missing(np.asarray(found)):
        decoder.noticed.add(MISSING)
    return found


def _fill_array(container: Array, found: Array) -> None:
    if container.dtype != found.dtype:
        raise CodecError("an array that changed its dtype")
    # Views share its memory, which must stay where it is.
    if container.shape != found.shape:
        raise CodecError("an array that changed its shape")
    if not container.flags.writeable and container.flags.owndata:
        # The other side has lifted what forbade it, as it may in one process.
        container.flags.writeable = True
    if container.flags.writeable:
        container[...] = found
        container.flags.writeable = bool(found.flags.writeable)


def _write_masked(encoder: Encoder, value: np.ma.MaskedArray[Any, Any], depth: int) -> list[Tree]:
    mask = np.ma.getmaskarray(value)
    fill = encoder.encode(value.fill_value, depth)
    return [*encoder.items((np.asarray(value.data), mask), depth), fill]


def _read_masked(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    # Masked items are equal to everything.
    decoder.noticed.add("masked array")
    data, mask, fill = decoder.items(parts, depth)
    if not isinstance(data, np.ndarray) or not isinstance(mask, np.ndarray):
        raise CodecError("a masked array of what is no array")
    return np.ma.MaskedArray(data, mask, fill_value=fill)


def _fill_masked(container: Any, found: Any) -> None:
    container[...] = found


def _check_place(state: Any) -> None:
    """Refuse a place outside of a generator's words, which numpy would read all the same."""
    for place, words in ((state["state"].get("pos", 0), 624), (state.get("buffer_pos", 0), 4)):
        if type(place) is not int or not 0 <= place <= words:
            raise CodecError("a place outside of the state")


def _write_generator(encoder: Encoder, value: np.random.Generator, depth: int) -> list[Tree]:
    return [encoder.encode(value.bit_generator.state, depth)]


def _read_generator(decoder: Decoder, parts: list[Tree], depth: int) -> np.random.Generator:
    state = decoder.decode(parts[0], depth)
    if state["bit_generator"] not in _GENERATORS:
        raise CodecError("an unknown generator")
    _check_place(state)
    bits = getattr(np.random, state["bit_generator"])(0)
    bits.state = state
    found = np.random.Generator(bits)
    return found


def _fill_generator(container: np.random.Generator, found: np.random.Generator) -> None:
    container.bit_generator.state = found.bit_generator.state


def _write_legacy(encoder: Encoder, value: np.random.RandomState, depth: int) -> list[Tree]:
    return [encoder.encode(value.get_state(legacy=False), depth)]


def _read_legacy(decoder: Decoder, parts: list[Tree], depth: int) -> np.random.RandomState:
    found = np.random.RandomState(0)
    state = decoder.decode(parts[0], depth)
    _check_place(state)
    found.set_state(state)
    return found


def _fill_legacy(container: np.random.RandomState, found: np.random.RandomState) -> None:
    container.set_state(found.get_state())


def _register() -> None:
    register(np.ndarray, "np", _write_mutable, read_array, _fill_array, array_state)
    for kind in {np.dtype(code).type for code in "?bhilqBHILQefdFDSUmM"} | {np.longdouble}:
        register(kind, "np1", _write_scalar, _read_scalar)
    register(
        np.matrix,
        "npmatrix",
        lambda e, v, d: write_array(e, np.asarray(v), d),
        lambda r, p, d: read_array(r, p, d).view(np.matrix),
        _fill_array,
        array_state,
    )
    register(np.ma.MaskedArray, "npmasked", _write_masked, _read_masked, _fill_masked)
    for kind in {type(np.dtype(code)) for code in "?bhilqBHILQefdFDSUmMO"}:
        register(
            kind,
            "npdtype",
            lambda e, v, d: ["O" if v.kind == "O" else _dtype_tree(v)],
            lambda r, p, d: np.dtype(object) if p[0] == "O" else _read_dtype(p[0]),
        )
    register(np.random.Generator, "nprng", _write_generator, _read_generator, _fill_generator)
    register(np.random.RandomState, "nprandom", _write_legacy, _read_legacy, _fill_legacy)


_register()
