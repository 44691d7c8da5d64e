"""The standard library's types that are plain data; see `codec`."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import pathlib
import uuid
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from itertools import chain
from typing import Any

from proctor.remote.codec import CodecError, Decoder, Encoder, NotPlainError, Tree, register

_MAX_EXPONENT = 10_000
"""Maximum exponent of a Decimal; to compute with a larger one may take any time."""

_MAX_RANGE = 10_000_000
"""Maximum length of a range; a test may make a list of it."""

_FACTORIES: dict[str, Any] = {
    kind.__name__: kind for kind in (int, float, str, list, dict, set, tuple, bool)
}


def _pairs(encoder: Encoder, value: Any, depth: int) -> list[Tree]:
    return encoder.items(chain.from_iterable(value.items()), depth)


def _fill_pairs(decoder: Decoder, into: Any, parts: list[Tree], depth: int) -> Any:
    if len(parts) % 2:
        raise CodecError("a key without a value")
    found = decoder.items(parts, depth)
    for key in found:
        into[key] = next(found)
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
    found.extend(decoder.items(parts, depth))
    return found


def _read_set(decoder: Decoder, parts: list[Tree], depth: int) -> set[Any]:
    found: set[Any] = decoder.keep(set())
    found.update(decoder.items(parts, depth))
    return found


def _write_default(encoder: Encoder, value: defaultdict[Any, Any], depth: int) -> list[Tree]:
    factory = value.default_factory
    name = getattr(factory, "__name__", None) if factory is not None else None
    if factory is not None and _FACTORIES.get(str(name)) is not factory:
        # The factory is a function: what it gives is not known here, but what is there is.
        name = None
    return [name, *_pairs(encoder, value, depth)]


def _read_default(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    factory = None if parts[0] is None else _FACTORIES[parts[0]]
    return _fill_pairs(decoder, decoder.keep(defaultdict(factory)), parts[1:], depth)


def _read_deque(decoder: Decoder, parts: list[Tree], depth: int) -> deque[Any]:
    found: deque[Any] = decoder.keep(deque(maxlen=parts[0]))
    found.extend(decoder.items(parts[1:], depth))
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
    return found


def _write_zone(zone: dt.tzinfo | None) -> Tree:
    if zone is None:
        return None
    if type(zone) is zoneinfo.ZoneInfo and zone.key:
        return zone.key
    offset = zone.utcoffset(None) if type(zone) is dt.timezone else None
    if offset is None:
        raise NotPlainError
    return offset.total_seconds()


def _read_zone(tree: Tree) -> dt.tzinfo | None:
    if tree is None:
        return None
    if isinstance(tree, str):
        return zoneinfo.ZoneInfo(tree)
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


def _register_containers() -> None:
    register(list, "list", lambda e, v, d: e.items(v, d), _read_list, _fill_list)
    register(tuple, "tuple", lambda e, v, d: e.items(v, d), lambda r, p, d: tuple(r.items(p, d)))
    register(dict, "dict", _pairs, lambda r, p, d: _fill_pairs(r, r.keep({}), p, d), _fill_mapping)
    register(set, "set", lambda e, v, d: e.items(v, d), _read_set, _fill_set)
    register(
        frozenset,
        "frozenset",
        lambda e, v, d: e.items(v, d),
        lambda r, p, d: frozenset(r.items(p, d)),
    )
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
    register(defaultdict, "default", _write_default, _read_default, _fill_mapping)
    register(deque, "deque", lambda e, v, d: [v.maxlen, *e.items(v, d)], _read_deque, _fill_deque)
    register(
        bytearray,
        "bytearray",
        lambda e, v, d: [e.buffer(bytes(v))],
        lambda r, p, d: bytearray(r.buffer(p[0])),
        _fill_list,
    )


def _register_values() -> None:
    register(bytes, "bytes", lambda e, v, d: [e.buffer(v)], lambda r, p, d: r.buffer(p[0]))
    register(complex, "complex", lambda e, v, d: [v.real, v.imag], lambda r, p, d: complex(*p))
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
_register_values()
_register_times()
