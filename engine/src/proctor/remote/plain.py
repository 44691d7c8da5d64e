"""The standard library's types that are plain data; see `kinds`."""

from __future__ import annotations

import builtins
import datetime as dt
import decimal
import fractions
import pathlib
import random
import uuid
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from types import MappingProxyType
from typing import Any

from proctor.remote.containers import CodecError
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.kinds import NotPlainError, Tree, register
from proctor.remote.profile import MISSING

_MAX_EXPONENT = 10_000
"""Maximum exponent of a Decimal; to compute with a larger one may take any time."""

_MAX_RANGE = 10_000_000
"""Maximum length of a range; a test may make a list of it."""

_FACTORIES: dict[str, Any] = {
    kind.__name__: kind for kind in (int, float, str, list, dict, set, tuple, bool)
}


_TYPES: dict[str, type] = {
    **{name: found for name, found in vars(builtins).items() if isinstance(found, type)},
    "NoneType": type(None),
}
"""Python's own types, which are data: a test compares them by identity."""


def _pairs(encoder: Encoder, value: Any, depth: int) -> list[Tree]:
    return [encoder.pack(list(value), depth), encoder.pack(list(value.values()), depth)]


def _fill_pairs(decoder: Decoder, into: Any, parts: list[Tree], depth: int) -> Any:
    keys, values = parts
    pairs = zip(decoder.unpack(keys, depth), decoder.unpack(values, depth), strict=True)
    for key, value in list(pairs):
        into[key] = value
    return into


def _fill_list(container: Any, found: Any) -> None:
    container[:] = found


def _fill_mapping(container: Any, found: Any) -> None:
    container.clear()
    container.update(found)


def _fill_set(container: set[Any], found: set[Any]) -> None:
    container.clear()
    container.update(found)


def _fill_deque(container: deque[Any], found: deque[Any]) -> None:
    container.clear()
    container.extend(found)


def _read_list(decoder: Decoder, parts: list[Tree], depth: int) -> list[Any]:
    found: list[Any] = decoder.keep([])
    found.extend(decoder.unpack(parts, depth))
    return found


def _read_set(decoder: Decoder, parts: list[Tree], depth: int) -> set[Any]:
    found: set[Any] = decoder.keep(set())
    found.update(decoder.unpack(parts, depth))
    return found


def _write_default(encoder: Encoder, value: defaultdict[Any, Any], depth: int) -> list[Tree]:
    factory = value.default_factory
    name = getattr(factory, "__name__", None) if factory is not None else None
    if factory is None or _FACTORIES.get(str(name)) is factory:
        return [name, *_pairs(encoder, value, depth)]
    # A function of either side: a missing key is asked for there.
    return [[encoder.encode(factory, depth)], *_pairs(encoder, value, depth)]


def _read_default(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    found = decoder.keep(defaultdict())
    told = parts[0]
    if isinstance(told, list):
        found.default_factory = decoder.decode(told[0], depth)
    else:
        found.default_factory = None if told is None else _FACTORIES[told]
    return _fill_pairs(decoder, found, parts[1:], depth)


def _fill_default(container: Any, found: Any) -> None:
    container.default_factory = found.default_factory
    _fill_mapping(container, found)


def _read_deque(decoder: Decoder, parts: list[Tree], depth: int) -> deque[Any]:
    found: deque[Any] = decoder.keep(deque(maxlen=parts[0]))
    found.extend(decoder.unpack(parts[1:], depth))
    return found


def _read_range(decoder: Decoder, parts: list[Tree], depth: int) -> range:
    found = range(*decoder.items(parts, depth))
    if found and abs(found.stop - found.start) // abs(found.step) > _MAX_RANGE:
        raise CodecError(f"a range longer than {_MAX_RANGE:,}")
    return found


def _read_decimal(decoder: Decoder, parts: list[Tree], depth: int) -> decimal.Decimal:
    found = decimal.Decimal(parts[0])
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and abs(exponent) > _MAX_EXPONENT:
        raise CodecError(f"a Decimal with an exponent beyond {_MAX_EXPONENT:,}")
    if found.is_nan():
        decoder.noticed.add(MISSING)
    return found


def _write_zone(zone: dt.tzinfo | None) -> Tree:
    if zone is None:
        return None
    if type(zone) is zoneinfo.ZoneInfo and zone.key:
        return zone.key
    offset = zone.utcoffset(None) if type(zone) is dt.timezone else None
    if offset is None:
        raise NotPlainError
    name = zone.tzname(None)
    named = name != dt.timezone(offset).tzname(None)
    return [offset.total_seconds(), name] if named else offset.total_seconds()


def _read_zone(tree: Tree) -> dt.tzinfo | None:
    if tree is None:
        return None
    if isinstance(tree, str):
        return zoneinfo.ZoneInfo(tree)
    if isinstance(tree, list):
        return dt.timezone(dt.timedelta(seconds=tree[0]), str(tree[1]))
    return dt.timezone(dt.timedelta(seconds=tree)) if tree else dt.UTC


def _write_datetime(encoder: Encoder, value: dt.datetime, depth: int) -> list[Tree]:
    return [value.replace(tzinfo=None).isoformat(), _write_zone(value.tzinfo), value.fold]


def _read_datetime(decoder: Decoder, parts: list[Tree], depth: int) -> dt.datetime:
    text, zone, fold = parts
    return dt.datetime.fromisoformat(text).replace(tzinfo=_read_zone(zone), fold=fold)


def _write_time(encoder: Encoder, value: dt.time, depth: int) -> list[Tree]:
    return [value.replace(tzinfo=None).isoformat(), _write_zone(value.tzinfo), value.fold]


def _read_time(decoder: Decoder, parts: list[Tree], depth: int) -> dt.time:
    text, zone, fold = parts
    return dt.time.fromisoformat(text).replace(tzinfo=_read_zone(zone), fold=fold)


def _sequence(encoder: Encoder, value: Any, depth: int) -> list[Tree]:
    return encoder.pack(value, depth)


def _unordered(encoder: Encoder, value: Any, depth: int) -> list[Tree]:
    values = sorted(value, key=repr) if encoder.canonical else list(value)
    return encoder.pack(values, depth)


def _register_containers() -> None:
    register(list, "list", _sequence, _read_list, _fill_list)
    register(tuple, "tuple", _sequence, lambda r, p, d: tuple(r.unpack(p, d)))
    register(dict, "dict", _pairs, lambda r, p, d: _fill_pairs(r, r.keep({}), p, d), _fill_mapping)
    register(set, "set", _unordered, _read_set, _fill_set)
    register(frozenset, "frozenset", _unordered, lambda r, p, d: frozenset(r.unpack(p, d)))
    register(
        OrderedDict,
        "ordered",
        _pairs,
        lambda r, p, d: _fill_pairs(r, r.keep(OrderedDict()), p, d),
        _fill_mapping,
    )
    register(
        Counter,
        "counter",
        _pairs,
        lambda r, p, d: _fill_pairs(r, r.keep(Counter()), p, d),
        _fill_mapping,
    )
    register(defaultdict, "default", _write_default, _read_default, _fill_default)
    register(
        deque,
        "deque",
        lambda e, v, d: [v.maxlen, *e.pack(list(v), d)],
        _read_deque,
        _fill_deque,
    )
    register(
        bytearray,
        "bytearray",
        lambda e, v, d: [e.buffer(bytes(v))],
        lambda r, p, d: bytearray(r.buffer(p[0])),
        _fill_list,
    )


def _view(encoder: Encoder, value: Any, depth: int) -> list[Tree]:
    return encoder.pack(list(value), depth)


def _register_views() -> None:
    """Views of a mapping: of the mapping as it is now."""
    example: dict[Any, Any] = {}
    register(
        type(example.keys()), "keys", _view, lambda r, p, d: dict.fromkeys(r.unpack(p, d)).keys()
    )
    register(
        type(example.values()),
        "values",
        _view,
        lambda r, p, d: dict(enumerate(r.unpack(p, d))).values(),
    )
    register(
        type(example.items()),
        "items",
        _view,
        lambda r, p, d: dict(r.unpack(p, d)).items(),
    )
    register(
        MappingProxyType,
        "proxy",
        _pairs,
        lambda r, p, d: MappingProxyType(_fill_pairs(r, {}, p, d)),
    )


def _read_generator(decoder: Decoder, parts: list[Tree], depth: int) -> random.Random:
    state = decoder.decode(parts[0], depth)
    found = random.Random(0)
    found.setstate(state)
    return found


def _read_complex(decoder: Decoder, parts: list[Tree], depth: int) -> complex:
    # Decoded as numbers, of which NaN is noticed.
    return complex(*decoder.items(parts, depth))


def _read_type(decoder: Decoder, parts: list[Tree], depth: int) -> type:
    # Called by a test, it would be this side's own.
    decoder.noticed.add("type")
    return _TYPES[parts[0]]


def _write_type(encoder: Encoder, value: type, depth: int) -> list[Tree]:
    name = value.__name__
    if _TYPES.get(name) is not value:
        raise NotPlainError
    return [name]


def _register_values() -> None:
    register(type, "type", _write_type, _read_type)
    register(
        random.Random,
        "random",
        lambda e, v, d: [e.encode(v.getstate(), d)],
        _read_generator,
        lambda own, found: own.setstate(found.getstate()),
        lambda own: (own.getstate(), []),
    )
    register(bytes, "bytes", lambda e, v, d: [e.buffer(v)], lambda r, p, d: r.buffer(p[0]))
    register(complex, "complex", lambda e, v, d: [v.real, v.imag], _read_complex)
    register(range, "range", lambda e, v, d: e.items((v.start, v.stop, v.step), d), _read_range)
    register(
        slice,
        "slice",
        lambda e, v, d: e.items((v.start, v.stop, v.step), d),
        lambda r, p, d: slice(*r.items(p, d)),
    )
    register(type(Ellipsis), "ellipsis", lambda e, v, d: [], lambda r, p, d: Ellipsis)
    register(
        type(NotImplemented), "notimplemented", lambda e, v, d: [], lambda r, p, d: NotImplemented
    )
    register(
        fractions.Fraction,
        "fraction",
        lambda e, v, d: e.items((v.numerator, v.denominator), d),
        lambda r, p, d: fractions.Fraction(*r.items(p, d)),
    )
    register(decimal.Decimal, "decimal", lambda e, v, d: [e.encode(str(v))], _read_decimal)
    register(uuid.UUID, "uuid", lambda e, v, d: [v.hex], lambda r, p, d: uuid.UUID(hex=p[0]))
    for kind in (pathlib.PosixPath, pathlib.PurePosixPath):
        register(
            kind,
            kind.__name__,
            lambda e, v, d: [e.encode(str(v))],
            lambda r, p, d, kind=kind: kind(p[0]),  # type: ignore[misc]
        )


def _register_times() -> None:
    register(
        dt.date,
        "date",
        lambda e, v, d: [v.isoformat()],
        lambda r, p, d: dt.date.fromisoformat(p[0]),
    )
    register(dt.datetime, "datetime", _write_datetime, _read_datetime)
    register(dt.time, "time", _write_time, _read_time)
    register(
        dt.timedelta,
        "timedelta",
        lambda e, v, d: [v.days, v.seconds, v.microseconds],
        lambda r, p, d: dt.timedelta(*p),
    )
    register(
        dt.timezone, "zone", lambda e, v, d: [_write_zone(v)], lambda r, p, d: _read_zone(p[0])
    )


_register_containers()
_register_views()
_register_values()
_register_times()
