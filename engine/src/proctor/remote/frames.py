"""pandas' types that are plain data; see `kinds`."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from proctor.remote.containers import CodecError
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.kinds import NotPlainError, Tree, register, register_reader
from proctor.remote.numeric import array_state, read_array, write_array
from proctor.remote.profile import MISSING, NO_ITEMS

_EXTENSIONS = frozenset(
    [f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)]
    + ["Float32", "Float64", "boolean", "string[python]", "string[pyarrow]"]
)
"""Names of dtypes whose arrays are made of a list of values."""


def _name(dtype: Any) -> str:
    """The name of an extension's dtype, from which pandas makes the same one."""
    return f"string[{dtype.storage}]" if isinstance(dtype, pd.StringDtype) else str(dtype)


def _values(column: Any) -> Any:
    """The values of a column or an index: a numpy array where pandas only wraps one."""
    values = column.array
    return values.to_numpy() if type(values) is pd.arrays.NumpyExtensionArray else values


def _write_values(encoder: Encoder, values: Any, depth: int) -> Tree:
    """Encode the values of a column or an index: an array, or one of pandas' own kinds."""
    if isinstance(values, np.ndarray):
        return ["pdarray", *write_array(encoder, values, depth)]
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        codes = encoder.encode(np.asarray(values.codes), depth)
        return ["pdcategories", codes, encoder.encode(dtype.categories, depth), dtype.ordered]
    if isinstance(dtype, pd.DatetimeTZDtype):
        stamps = np.asarray(values.tz_convert("UTC").tz_localize(None))
        return ["pdzoned", encoder.encode(stamps, depth), str(dtype.tz)]
    if isinstance(dtype, pd.PeriodDtype):
        return ["pdperiods", encoder.encode(np.asarray(values.asi8), depth), values.freqstr]
    if isinstance(values, (pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray)):
        return encoder.encode(np.asarray(values), depth)
    name = _name(dtype)
    if name not in _EXTENSIONS or (name.startswith("string") and dtype.na_value is not pd.NA):
        raise NotPlainError
    pairs = zip(values, values.isna(), strict=True)
    items = [None if missing else value for value, missing in pairs]
    return ["pdextension", name, *encoder.items(items, depth)]


def _read_categories(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    codes, categories = decoder.items(parts[:2], depth)
    dtype = pd.CategoricalDtype(categories, ordered=bool(parts[2]))
    return _noticed(decoder, pd.Categorical.from_codes(codes, dtype=dtype))


def _noticed(decoder: Decoder, values: Any) -> Any:
    """Values of one of pandas' kinds, in which those that are missing are noticed."""
    if bool(np.any(pd.isna(values))):
        decoder.noticed.add(MISSING)
    return values


def _read_zoned(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    stamps = decoder.decode(parts[0], depth)
    return _noticed(decoder, pd.DatetimeIndex(stamps).tz_localize("UTC").tz_convert(parts[1]).array)


def _read_periods(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    ordinals = decoder.decode(parts[0], depth)
    return _noticed(decoder, pd.PeriodIndex.from_ordinals(ordinals, freq=parts[1]).array)


def _read_extension(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    if parts[0] not in _EXTENSIONS:
        raise CodecError("an unknown kind of array")
    items: list[Any] = list(decoder.items(parts[1:], depth))
    if None in items:
        decoder.noticed.add(MISSING)
    return pd.array(items, dtype=parts[0])


def _write_index(encoder: Encoder, index: Any, depth: int) -> list[Tree]:
    if type(index) is pd.RangeIndex:
        return ["range", index.start, index.stop, index.step, encoder.encode(index.name, depth)]
    if type(index) is pd.IntervalIndex:
        sides = encoder.items((index.left, index.right), depth)
        return ["interval", *sides, index.closed, encoder.encode(index.name, depth)]
    if type(index) is pd.MultiIndex:
        levels = encoder.items(index.levels, depth)
        codes = encoder.items((np.asarray(code) for code in index.codes), depth)
        return ["multi", levels, codes, encoder.items(index.names, depth)]
    frequency = getattr(index, "freqstr", None)
    written = _write_values(encoder, _values(index), depth)
    return ["index", written, encoder.encode(index.name, depth), frequency]


def _read_index(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    if parts[0] == "range":
        start, stop, step, name = parts[1:]
        return pd.RangeIndex(start, stop, step, name=decoder.decode(name, depth))
    if parts[0] == "multi":
        levels, codes, names = (list(decoder.items(part, depth)) for part in parts[1:])
        if any(bool(np.any(np.asarray(code) < 0)) for code in codes):
            decoder.noticed.add(MISSING)
        return pd.MultiIndex(levels, codes, names=names)
    if parts[0] == "interval":
        left, right, name = (decoder.decode(parts[place], depth) for place in (1, 2, 4))
        return pd.IntervalIndex.from_arrays(left, right, closed=parts[3], name=name)
    values, name = decoder.decode(parts[1], depth), decoder.decode(parts[2], depth)
    dtype = object if isinstance(values, np.ndarray) and values.dtype == object else None
    index = pd.Index(values, name=name, dtype=dtype)
    if parts[3] is not None and isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        index = type(index)(index, freq=parts[3], name=name)
    return index


def _write_series(encoder: Encoder, series: pd.Series, depth: int) -> list[Tree]:
    return [
        _write_values(encoder, _values(series), depth),
        encoder.encode(series.index, depth),
        encoder.encode(series.name, depth),
    ]


def _read_series(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    values, index, name = decoder.items(parts, depth)
    return _series(values, index, name)


def _series(values: Any, index: Any, name: Any) -> pd.Series:
    dtype = object if isinstance(values, np.ndarray) and values.dtype == object else None
    return pd.Series(values, index=index, name=name, dtype=dtype)


def _write_frame(encoder: Encoder, frame: pd.DataFrame, depth: int) -> list[Tree]:
    written = [
        encoder.encode(frame.attrs, depth) if frame.attrs else None,
        encoder.encode(frame.columns, depth),
        encoder.encode(frame.index, depth),
    ]
    columns = [*_columns(frame)]
    if len(columns) > 1 and _is_one_array(columns):
        return [*written, ["pdblock", *write_array(encoder, frame.to_numpy(), depth)]]
    return [*written, *[_write_values(encoder, values, depth) for values in columns]]


def _is_one_array(columns: list[Any]) -> bool:
    """Whether all columns are numbers of one dtype."""
    dtypes = {values.dtype for values in columns if isinstance(values, np.ndarray)}
    plain = all(isinstance(values, np.ndarray) for values in columns)
    return plain and len(dtypes) == 1 and dtypes.pop().kind in "biuf"


def _read_frame(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    # In the order in which they were written: aliases are numbered.
    attrs, names, index, *columns = decoder.items(parts, depth)
    if len(parts) == 4 and isinstance(parts[3], list) and parts[3][:1] == ["pdblock"]:
        frame = pd.DataFrame(columns[0], index=index)
    else:
        series = {place: _series(values, index, None) for place, values in enumerate(columns)}
        frame = pd.DataFrame(series, index=index)
    if len(names) != frame.shape[1]:
        raise CodecError("a frame with other columns than names")
    if not len(frame):
        decoder.noticed.add(NO_ITEMS)
    frame.columns = names
    frame.attrs = {} if attrs is None else attrs
    return frame


def _fill_frame(container: Any, found: Any) -> None:
    # As pandas' own methods with inplace=True do it.
    container._update_inplace(found)
    container.attrs = found.attrs


def _state(values: Any) -> Any:
    """What tells whether a frame's or a series' values, labels or name were changed."""
    columns = [_values(values)] if isinstance(values, pd.Series) else _columns(values)
    held: list[Any] = [values.index, values.columns if values.ndim == 2 else values.name]
    # The names of an index can be changed in place.
    names = [list(index.names) for index in values.axes]
    told: list[Any] = [repr(values.attrs), repr(names)]
    for array in columns:
        if isinstance(array, np.ndarray):
            state, items = array_state(array)
            told.append(state)
            held += items
        else:
            told.append(pickle.dumps(array))
    return told, held


def _columns(frame: Any) -> Iterator[Any]:
    """The values of each column, without a series around them, which takes long to make."""
    return (frame._get_column_array(place) for place in range(frame.shape[1]))


def _write_timestamp(encoder: Encoder, value: pd.Timestamp, depth: int) -> list[Tree]:
    zone = None if value.tz is None else str(value.tz)
    return [encoder.encode(value._value), value.unit, zone]


def _read_timestamp(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    number, unit, zone = parts
    stamp = pd.Timestamp(np.datetime64(decoder.decode(number, depth), unit))
    return _noticed(decoder, stamp if zone is None else stamp.tz_localize("UTC").tz_convert(zone))


def _write_dtype(encoder: Encoder, dtype: Any, depth: int) -> list[Tree]:
    if isinstance(dtype, pd.CategoricalDtype):
        return ["category", encoder.encode(dtype.categories, depth), dtype.ordered]
    return [_name(dtype)]


def _read_dtype(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    if parts[0] == "category":
        return pd.CategoricalDtype(decoder.decode(parts[1], depth), ordered=parts[2])
    return pd.api.types.pandas_dtype(parts[0])


def _register() -> None:
    register(pd.DataFrame, "pdframe", _write_frame, _read_frame, _fill_frame, _state)
    register(pd.Series, "pdseries", _write_series, _read_series, _fill_frame, _state)
    for kind in (
        pd.Index, pd.RangeIndex, pd.MultiIndex, pd.DatetimeIndex, pd.TimedeltaIndex,
        pd.CategoricalIndex, pd.PeriodIndex, pd.IntervalIndex,
    ):  # fmt: skip
        register(kind, "pdindex", _write_index, _read_index)
    register(pd.Timestamp, "pdstamp", _write_timestamp, _read_timestamp)
    register(
        pd.Timedelta,
        "pddelta",
        lambda e, v, d: [e.encode(v._value), v.unit],
        lambda r, p, d: _noticed(r, pd.Timedelta(np.timedelta64(r.decode(p[0], d), p[1]))),
    )
    register(
        pd.Period,
        "pdperiod",
        lambda e, v, d: [v.ordinal, v.freqstr],
        lambda r, p, d: _noticed(r, pd.Period(ordinal=p[0], freq=p[1])),
    )
    register(
        pd.Interval,
        "pdinterval",
        lambda e, v, d: [*e.items((v.left, v.right), d), v.closed],
        lambda r, p, d: pd.Interval(*r.items(p[:2], d), closed=p[2]),
    )
    register(type(pd.NaT), "pdnat", lambda e, v, d: [], lambda r, p, d: _noticed(r, pd.NaT))
    register(type(pd.NA), "pdna", lambda e, v, d: [], lambda r, p, d: _noticed(r, pd.NA))
    register(
        pd.Categorical, "pdcategorical", lambda e, v, d: [_write_values(e, v, d)],
        lambda r, p, d: r.decode(p[0], d),
    )  # fmt: skip
    for kind in {
        type(pd.array([], dtype=name).dtype) for name in _EXTENSIONS - {"string[pyarrow]"}
    }:
        register(kind, "pddtype", _write_dtype, _read_dtype)
    for kind in (pd.CategoricalDtype, pd.DatetimeTZDtype, pd.PeriodDtype):
        register(kind, "pddtype", _write_dtype, _read_dtype)
    register_reader("pdarray", read_array)
    register_reader("pdblock", read_array)
    register_reader("pdcategories", _read_categories)
    register_reader("pdzoned", _read_zoned)
    register_reader("pdperiods", _read_periods)
    register_reader("pdextension", _read_extension)


_register()
