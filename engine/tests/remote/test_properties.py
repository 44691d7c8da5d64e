"""What holds for all plain data and for all messages; hypothesis looks for what breaks it."""

from __future__ import annotations

import contextlib
import json
from collections import Counter, OrderedDict, deque
from datetime import UTC

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

import proctor.remote.plain  # noqa: F401 - registers the standard library's types
from proctor.remote.containers import CodecError, Containers
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.kinds import import_libraries, tags
from proctor.remote.link import LinkError, parse
from proctor.remote.mirror import Mirror

import_libraries()
settings.register_profile(
    "remote", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("remote")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SIMPLE = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), TEXT, st.binary(max_size=9),
    st.floats(), st.complex_numbers(), st.dates(), st.timedeltas(), st.times(), st.fractions(),
    st.datetimes(timezones=st.none() | st.just(UTC)), st.uuids(),
    st.decimals().filter(lambda number: not number.is_snan()),
)  # fmt: skip
HASHABLE = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.frozensets(inner, max_size=4),
    max_leaves=5,
)
DTYPES = st.one_of(
    st_numpy.integer_dtypes(), st_numpy.floating_dtypes(), st_numpy.boolean_dtypes(),
    st_numpy.complex_number_dtypes(), st_numpy.datetime64_dtypes(),
    st_numpy.unicode_string_dtypes(),
)  # fmt: skip
ARRAYS = st_numpy.arrays(DTYPES, st_numpy.array_shapes(max_dims=3, max_side=4, min_side=0))
VALUES = st.recursive(
    HASHABLE | ARRAYS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(HASHABLE, inner, max_size=4),
        st.dictionaries(TEXT, inner, max_size=4).map(OrderedDict),
        st.lists(inner, max_size=4).map(deque),
        st.sets(HASHABLE, max_size=4),
        st.lists(HASHABLE, max_size=5).map(Counter),
        st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=12,
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | TEXT,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(tags()), st.lists(inner, max_size=5)).map(
            lambda told: [told[0], *told[1]]
        ),
        st.lists(inner, max_size=4),
        st.dictionaries(TEXT, inner, max_size=3),
    ),
    max_leaves=20,
)


def sent(value):
    """The JSON and the buffers of a value."""
    encoder = Encoder(lambda own, found, depth: ["ref", 0], max_bytes=1 << 26)
    text = json.dumps({"value": encoder.encode(value), "rest": encoder.rest()}).encode()
    return parse(text), [bytes(buffer) for buffer in encoder.buffers]


def received(data, buffers):
    def resolve(tree):
        raise CodecError("an object")

    decoder = Decoder(resolve, buffers)
    value = decoder.decode(data["value"])
    decoder.finish(data["rest"])
    return value


def shown(value):
    """Types and content, all the way down; NaN is equal to itself."""
    if isinstance(value, np.ndarray):
        return (value.dtype, value.shape, value.tobytes("C"))
    if isinstance(value, dict):
        return (type(value), [(shown(key), shown(item)) for key, item in value.items()])
    if isinstance(value, set | frozenset):
        return (type(value), sorted(map(repr, map(shown, value))))
    if isinstance(value, list | tuple | deque):
        return (type(value), [shown(item) for item in value])
    return (type(value), repr(value))


@given(VALUES)
def test_whatever_is_plain_comes_out_as_it_went_in(value):
    assert shown(received(*sent(value))) == shown(value)


@given(st.lists(VALUES, min_size=1, max_size=4), st.data())
def test_aliases_stay_aliases(values, data):
    places = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=6))
    found = received(*sent([values[place] for place in places]))
    numbered = Encoder(lambda own, item, depth: None, max_bytes=1 << 26)
    numbered.encode(values)
    for a, place in enumerate(places):
        for b, other in enumerate(places):
            if place == other and numbered.containers.number_of(values[place]) is not None:
                assert found[a] is found[b]


@given(TREES, st.lists(st.binary(max_size=16), max_size=3))
def test_any_tree_is_decoded_or_refused(tree, buffers):
    with contextlib.suppress(CodecError):
        value = received({"value": tree, "rest": []}, buffers)
        # What is decoded is data, and can be sent on.
        sent(value)


@given(TREES, TREES, TREES)
def test_any_change_is_taken_over_or_refused(changed, gone, rest):
    mirror = Mirror(1)
    mine = [1, {"a": 2}]
    encoder = Encoder(lambda own, found, depth: None, max_bytes=1 << 20, containers=mirror)
    encoder.encode(mine)
    decoder = Decoder(lambda tree: None, [], containers=mirror)
    with contextlib.suppress(CodecError):
        mirror.receive(decoder, {"changed": [[1, changed], changed], "gone": gone})
        decoder.finish(rest)
    assert type(mine) is list


@given(st.binary(max_size=200) | TREES.map(lambda tree: json.dumps(tree).encode()))
def test_any_bytes_are_a_message_or_refused(text):
    with contextlib.suppress(LinkError):
        assert isinstance(parse(text), dict)


@given(st.lists(st.integers(-5, 5)))
def test_numbers_of_the_other_side_are_taken_once(numbers):
    containers = Containers(1)
    for number in numbers:
        free = number < 0 and number not in containers
        try:
            containers.take(number, [])
        except CodecError:
            assert not free
        else:
            assert free
