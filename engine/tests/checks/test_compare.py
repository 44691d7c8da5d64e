"""Which values are as good as a solution's."""

import numpy as np
import pandas as pd
import pytest

from proctor.checks import close, exact, frame

TABLE = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})

SAME = [
    (2, 2.0), (np.float64(2), 2), (float("nan"), float("nan")), ("a", "a"), (None, None),
    ([1, [2, (3,)]], [1, [2, (3,)]]), ({"a": 1}, {"a": 1}), ({1, 2}, {2, 1}), (True, np.True_),
    (np.array([1, 2]), np.array([1.0, 2.0])), (np.array(["a"]), np.array(["a"])),
    (np.array([1, "a"], object), np.array([1, "a"], object)), (TABLE, TABLE.copy()),
    (pd.Series([1, 2]), pd.Series([1, 2])), (pd.Index([1, 2]), pd.Index([1, 2])),
]  # fmt: skip
OTHER = [
    (1, True), (True, 1), (2, "2"), ([1], (1,)), ([1, 2], [1]), ({"a": 1}, {"b": 1}), (None, 0),
    (np.zeros(2), np.zeros((1, 2))), (np.array([1, 2]), [1, 2]), (1.0, float("nan")),
    (np.array(["1"]), np.array([1])), (TABLE, TABLE[["b", "a"]]), (TABLE, TABLE[::-1]),
    (TABLE["a"], TABLE), (TABLE.to_numpy(), TABLE), (pd.Series([1, 2]), pd.Series([1, 2], [5, 6])),
    (np.array([0.0, np.nan]), np.zeros(2)), ([], 9), (np.zeros(0), np.ones(1)),
]  # fmt: skip


@pytest.mark.parametrize("compare", [exact, close(), close(1e-3)])
@pytest.mark.parametrize(("value", "expected"), SAME)
def test_what_is_the_same(compare, value, expected):
    assert compare(value, expected) is True


@pytest.mark.parametrize("compare", [exact, close(), close(1e-3)])
@pytest.mark.parametrize(("value", "expected"), OTHER)
def test_what_is_another(compare, value, expected):
    assert compare(value, expected) is False


def test_numbers_may_differ_a_little_wherever_they_are():
    value, expected = {"a": [np.array([1.0000001]), 2]}, {"a": [np.array([1.0]), 2]}
    assert not exact(value, expected)
    assert close()(value, expected)
    assert not close(1e-9)(value, expected)
    assert not close()({"a": [np.array([1.1]), 2]}, expected)


def test_rows_and_columns_of_a_frame_may_come_in_another_order():
    other = TABLE[["b", "a"]][::-1].rename(index={0: 7})
    assert frame(order=False)(other, TABLE)
    assert not frame()(other, TABLE)
    assert not frame(order=False)(other.assign(a=3.0), TABLE)
    assert not frame(order=False)(TABLE[:1], TABLE)
    assert not frame(order=False)(TABLE["a"], TABLE)
    assert not frame(order=False)(TABLE.rename(columns={"a": "c"}), TABLE)


def test_an_object_that_is_equal_to_everything_is_nothing():
    class All:
        __hash__ = None

        def __eq__(self, other):
            return True

    for expected in (1, "a", [1], np.ones(1), TABLE, None):
        assert exact(All(), expected) is False
