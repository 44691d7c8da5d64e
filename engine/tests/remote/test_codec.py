"""Values come out as they went in; what no encoder makes is refused."""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import decimal
import fractions
import json
import pathlib
import random
import uuid
import zoneinfo

import numpy as np
import pytest

import proctor.remote.plain  # noqa: F401
from proctor.remote.containers import CodecError
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import MAX_DEPTH, Encoder
from proctor.untrusted_json import loads

pd = pytest.importorskip("pandas", reason="pandas is the lesson's, not the engine's")

FRAME = pd.DataFrame(
    {
        "a": [1, 2, 3],
        "b": ["x", None, "z"],
        "c": pd.Categorical(["u", "v", "u"], ordered=True),
        "d": pd.date_range("2020-01-01", periods=3),
        "e": pd.date_range("2020-01-01", periods=3, tz="Europe/Oslo"),
        "f": pd.array([1, None, 3], dtype="Int64"),
        "g": pd.array(["a", None, "c"], dtype="string"),
        "h": [1.5, np.nan, 2],
        "i": pd.timedelta_range("1s", periods=3),
        "j": pd.period_range("2020-01", periods=3, freq="M"),
        "k": [[1], (2,), {3}],
    }
)
VALUES = [
    None, True, 0, -1, 2**53, 2**70, -(2**200), 1.5, -0.0, float("inf"), "", "é€😀", "a" * 100,
    [], [1, [2, [3]]], (), (1, (2,)), {}, {1: 2, "a": [3], (1, 2): None, None: 1}, {1, 2}, set(),
    frozenset([1]), b"", b"ab\0", bytearray(b"x"), 1 + 2j, range(3), range(9, 0, -2),
    slice(1, None), Ellipsis, NotImplemented, collections.Counter("abca"),
    collections.defaultdict(list, {"a": [1]}), collections.OrderedDict(b=1, a=2),
    collections.deque([1, 2], maxlen=3), dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, 3),
    dt.datetime(2020, 10, 25, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Oslo"), fold=1),
    dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.time(1, 2, 3), dt.timedelta(1, 2, 3),
    dt.timezone(dt.timedelta(hours=2)), decimal.Decimal("1.20"), decimal.Decimal("NaN"),
    fractions.Fraction(1, 3), pathlib.Path("/a"), pathlib.PurePosixPath("b/c"), uuid.UUID(int=5),
    int, ValueError, type(None),
]  # fmt: skip
ARRAYS = [
    np.arange(6).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.zeros((0, 3)),
    np.array(5), np.array([], dtype="U3"), np.array(["a", "bcd"]), np.arange(10)[::-2],
    np.array([[1, "a"], [None, [2]]], dtype=object), np.array([True]), np.array([1j]),
    np.array(["2020-01-01"], dtype="M8[D]"), np.float16([1.5]), np.arange(3, dtype=">i4"),
    np.array([(1, 2.5)], dtype=[("x", "i4"), ("y", "f8")]), np.array([[1, 2]]).view(np.matrix),
    np.frombuffer(b"abcd", "S2"),
]  # fmt: skip
SCALARS = [
    np.float64(1.5), np.float32("nan"), np.int32(3), np.bool_(True), np.str_("abc"), np.str_(""),
    np.bytes_(b"x"), np.datetime64("2020-01-01"), np.timedelta64(3, "s"), np.complex64(1j),
    np.longdouble(2), np.dtype("f4"), np.dtype(object), pd.NaT, pd.NA,
    pd.Timestamp("2020-01-01 03:00", tz="Europe/Oslo"), pd.Timestamp("2020-01-01"),
    pd.Timedelta(3, "s"), pd.Period("2020-01", "M"), pd.Interval(1, 2, closed="left"),
    pd.CategoricalDtype(["a"]), pd.Int64Dtype(), pd.DatetimeTZDtype(tz="UTC"),
]  # fmt: skip
INDEXES = [
    pd.RangeIndex(3), pd.Index([1, 2], name="n"), pd.Index(["a", "b"]), pd.Index([1.5, None]),
    pd.date_range("2020", periods=3, freq="D"), pd.period_range("2020-01", periods=3, freq="M"),
    pd.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["x", None]),
    pd.CategoricalIndex(["a", "b"]), pd.interval_range(0, 3), pd.timedelta_range("1s", periods=2),
]  # fmt: skip


def through(value):
    """Encode a value, and decode what came of it, by way of bytes."""
    encoder = Encoder(lambda own, found, depth: ["ref", repr(found)], max_bytes=1 << 26)
    raw = json.dumps(encoder.encode(value)).encode()
    decoder = Decoder(lambda tree: tuple(tree), [bytes(b) for b in encoder.buffers])
    found = decoder.decode(loads(raw, max_values=10**6, constants=True))
    assert len(encoder.containers) == len(decoder.containers)
    return found


@pytest.mark.parametrize("value", [*VALUES, *SCALARS], ids=lambda v: f"{v!r:.20}")
def test_a_value_stays_what_it_is(value):
    found = through(value)
    assert type(found) is type(value)
    assert repr(found) == repr(value)


@pytest.mark.parametrize("value", ARRAYS, ids=repr)
def test_an_array_stays_what_it_is(value):
    found = through(value)
    assert type(found) is type(value)
    assert found.dtype == value.dtype
    assert found.shape == value.shape
    assert found.flags.writeable == value.flags.writeable
    assert found.tolist() == value.tolist()


@pytest.mark.parametrize("value", INDEXES, ids=lambda v: type(v).__name__)
def test_an_index_stays_what_it_is(value):
    found = through(value)
    assert type(found) is type(value)
    assert found.equals(value)
    assert found.names == value.names
    assert getattr(found, "freq", None) == getattr(value, "freq", None)


def test_frames_stay_what_they_are():
    for frame in (FRAME, FRAME.set_index(["a", "b"]), FRAME.describe(), FRAME[["a", "h"]].T):
        pd.testing.assert_frame_equal(through(frame), frame)
    for name in FRAME:
        pd.testing.assert_series_equal(through(FRAME[name]), FRAME[name])
    repeated = pd.DataFrame([[1, 2]], columns=["a", "a"])
    pd.testing.assert_frame_equal(through(repeated), repeated)


def test_generators_go_on_where_they_were():
    kinds = (np.random.PCG64, np.random.Philox, np.random.MT19937, np.random.SFC64)
    made = [np.random.Generator(kind(3)) for kind in kinds]
    for generator in (*made, np.random.RandomState(3)):
        assert through(generator).normal() == generator.normal()


@pytest.mark.parametrize(("kind", "place"), [("Philox", "buffer_pos"), ("MT19937", "pos")])
def test_generators_whose_place_is_outside_of_their_words_are_refused(kind, place):
    generator = np.random.Generator(getattr(np.random, kind)(3))
    encoder = Encoder(lambda own, found, depth: None, max_bytes=1 << 26)
    for wrong in (-1, 10**6):
        state = generator.bit_generator.state
        (state if place in state else state["state"])[place] = wrong
        tree = encoder.encode(state)
        buffers = [bytes(b) for b in encoder.buffers]
        with pytest.raises(CodecError):
            Decoder(lambda found: None, buffers).decode(["nprng", 900, tree])


def test_masks():
    value = np.ma.array([1, 2], mask=[0, 1])
    found = through(value)
    assert type(found) is type(value)
    assert found.tolist() == [1, None]


def test_containers_that_hold_themselves_and_each_other():
    value = [1]
    value.append(value)
    found = through([value, value])
    assert found[0] is found[1]
    assert found[0][1] is found[0]
    holder = {"a": value}
    holder["self"] = holder
    assert through(holder)["self"]["a"][0] == 1


class Shouting(str):
    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = None


class AnyList(list):
    pass


@pytest.mark.parametrize("value", [Shouting("a"), AnyList([1]), object(), len, Shouting])
def test_whatever_has_code_of_its_own_is_no_data(value):
    assert through(value) == ("ref", repr(value))
    assert through([value])[0][0] == "ref"


def test_limits_of_encoding():
    encoder = Encoder(lambda own, found, depth: None, max_bytes=1000)
    for value in (["a" * 500] * 3, np.zeros(1000), 10**3000, [0] * 200):
        with pytest.raises(CodecError):
            Encoder(lambda own, found, depth: None, max_bytes=1000).encode(value)
    deep = []
    for _ in range(MAX_DEPTH + 2):
        deep = (deep,)
    with pytest.raises(CodecError, match="deep"):
        encoder.encode(deep)


HOSTILE = [
    ["list", {"a": 1}],
    {"a": 1},
    [],
    [1],
    [["list"]],
    ["same", 0],
    ["same", -1],
    ["same", True],
    ["tuple", ["same", 5]],
    ["dict", 1],
    ["dict", ["list"], 1],
    ["set", ["list"]],
    ["bytes", 9],
    ["bytes", -1],
    ["bytes", True],
    ["int", "f" * 300_000],
    ["int", "xyz"],
    ["int"],
    ["range", 0, 10**12],
    ["decimal", "1e999999999"],
    ["fraction", 1, 0],
    ["default", "eval"],
    ["datetime", "2020-01-01", "../../etc/passwd", 0],
    ["np", "O", [3], 1],
    ["np", "O", [2**39]],
    ["np", "<f8", [10**9], "C", 0],
    ["np", "<f8", [-1], "C", 0],
    ["np", "<U0", [10**9], "C", 0],
    ["np", "V8", [1], "C", 0],
    ["np", "O8", [1], "C", 0],
    ["np", "f8," * 10_000, [1], "C", 0],
    ["np", "<f8", [1] * 100, "C", 0],
    ["np1", "<f8", 0],
    ["nprng", ["dict", "bit_generator", "eval"]],
    ["npmasked", 1, 2, 3],
    ["pdframe", ["list"], ["list"], 1],
    ["pdextension", "category", 1],
    ["pdzoned", 1, "../x"],
    ["pdindex", "multi", [1], [2], [3]],
    ["pdcategories", 1, 2, 3],
]


@pytest.mark.parametrize("tree", HOSTILE, ids=lambda t: str(t)[:40])
def test_what_no_encoder_makes_is_refused(tree):
    def resolve(found):
        raise CodecError("unknown")

    with pytest.raises(CodecError):
        Decoder(resolve, [b"12345"]).decode(tree)


def spoilt(tree, rng):
    """A tree with something in it replaced."""
    if isinstance(tree, list) and tree and rng.random() < 0.8:
        place = rng.randrange(len(tree))
        return [*tree[:place], spoilt(tree[place], rng), *tree[place + 1 :]]
    return rng.choice(
        [None, True, -1, 2**40, 1.5, "", "list", "np", [], ["same", 0], ["list", 1], {}]
    )


def test_spoilt_trees_are_refused_or_decoded_and_raise_nothing_else():
    rng = random.Random(0)
    for value in [*VALUES, *ARRAYS, *SCALARS, *INDEXES, FRAME]:
        encoder = Encoder(lambda own, found, depth: ["ref", 1], max_bytes=1 << 26)
        tree = encoder.encode(value)
        buffers = [bytes(b) for b in encoder.buffers]
        for _ in range(60):
            with contextlib.suppress(CodecError):
                Decoder(lambda found: None, buffers).decode(spoilt(tree, rng))
