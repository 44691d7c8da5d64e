"""Exercise 3's answer: frames described by names, dtypes and values, and many orders."""

import numpy as np
import pandas as pd
import pytest

from util.answering.notebook import Here
from util.answering.permute_feature import answer, build_frame, describe_frame
from util.answering.record import Record


def tell(function, data, arrays):
    """Return what is written down of a function, as data and arrays."""
    found = answer(Here(function), Record(data, arrays))
    return found.data, found.arrays


KINDS = ("int64", "float64", "object", "bool", "category", "datetime64[ns]")
FRAME = {
    "columns": [{"name": kind, "dtype": kind} for kind in KINDS],
    "feature": "int64",
}
DATA = {"frames": [FRAME], "trials": [{"rows": 3, "repeats": 5}, {"rows": 2, "repeats": 4}]}
ARRAYS = {
    "frame0_0": np.array([3, 1, 2]),
    "frame0_1": np.array([0.5, np.nan, 1.5]),
    "frame0_2": np.array(["low", "top", "low"]),
    "frame0_3": np.array([True, False, True]),
    "frame0_4": np.array(["a", "b", "a"]),
    "frame0_5": np.array(["2000-01-01", "2001-02-03", "2002-03-04"], dtype="datetime64[ns]"),
    "column0": np.array([1, 0, 2]),
    "column1": np.array([1, 0]),
    "index0": np.array([102, 100, 101]),
}


def test_a_frame_has_the_challenges_names_dtypes_values_and_index():
    frame = build_frame(FRAME, 0, ARRAYS)
    assert [str(dtype) for dtype in frame.dtypes] == list(KINDS)
    assert list(frame.columns) == list(KINDS)
    assert list(frame.index) == [102, 100, 101]
    assert list(frame["object"]) == ["low", "top", "low"]
    assert frame["float64"].isna().tolist() == [False, True, False]


def test_numbers_cross_as_numbers_and_all_else_as_text():
    about, columns = describe_frame(build_frame(FRAME, 0, ARRAYS))
    assert about["index"] == ["102", "100", "101"]
    assert [column.dtype.kind for column in columns] == list("ifUbUU")
    assert columns[5][1] == "2001-02-03 00:00:00"


@pytest.mark.parametrize("returned", [None, np.zeros(3), pd.Series([1, 2]), "frame"])
def test_what_is_no_frame_is_named(returned):
    assert describe_frame(returned) == ({"type": type(returned).__name__}, [])


def test_a_huge_frame_is_cut():
    about, columns = describe_frame(pd.DataFrame(np.zeros((5000, 60))))
    assert len(about["index"]) == 1000
    assert (len(columns), columns[0].shape) == (50, (1000,))


def test_result_argument_and_orders_are_written_down():
    def reverse_in_place(df, feature):
        df[feature] = df[feature].to_numpy()[::-1]
        return df

    said, arrays = tell(reverse_in_place, DATA, ARRAYS)
    assert said["frames"][0]["same_object"] is True
    np.testing.assert_array_equal(arrays["returned0_0"], [2, 1, 3])
    np.testing.assert_array_equal(arrays["argument0_0"], [2, 1, 3])
    # Each call gets the column as it was, whatever became of it in the call before.
    np.testing.assert_array_equal(arrays["orders0"], [[2, 0, 1]] * 5)
    np.testing.assert_array_equal(arrays["orders1"], [[0, 1]] * 4)
    np.testing.assert_array_equal(ARRAYS["frame0_0"], [3, 1, 2])


@pytest.mark.parametrize(
    "returned",
    [
        None,
        np.array([1, 2]),
        pd.DataFrame({"b": [1, 2, 3]}),
        pd.DataFrame({"a": [1, 2]}),
        pd.DataFrame([[1, 2]] * 3, columns=["a", "a"]),
        pd.DataFrame({"a": ["x", None, "y"]}),
    ],
    ids=["nothing", "array", "no column", "too short", "two of a name", "text"],
)
def test_where_no_column_of_numbers_came_back_orders_are_empty(returned):
    _, arrays = tell(lambda df, feature: returned, DATA, ARRAYS)
    assert np.isnan(arrays["orders0"]).all()
    assert arrays["orders0"].shape == (5, 3)
