"""Exercise 3's challenges: kinds of columns, and draws in which no mistake looks right by luck."""

import numpy as np

from util.hidden_tests.permute_feature.posing import LONG, PAIR, pose

SEEDS = range(30)


def cases():
    for seed in SEEDS:
        challenge = pose(np.random.default_rng(seed))
        for number, frame in enumerate(challenge.data["frames"]):
            columns = {
                column["dtype"]: challenge.arrays[f"frame{number}_{place}"]
                for place, column in enumerate(frame["columns"])
            }
            yield challenge, number, frame, columns


def test_a_column_of_every_kind_is_there_and_the_feature_is_another_kind_in_each_frame():
    permuted = set()
    for _, number, frame, columns in cases():
        everything = {"int64", "float64", "object", "bool", "category", "datetime64[ns]"}
        assert set(columns) == everything if number == 0 else len(columns) == 3
        kinds = {column["name"]: column["dtype"] for column in frame["columns"]}
        permuted.add((number, kinds[frame["feature"]]))
    assert permuted == {(0, "float64"), (1, "int64"), (2, "object"), (3, "bool")}


def test_the_feature_is_neither_the_first_column_nor_the_last():
    for _, _, frame, _ in cases():
        names = [column["name"] for column in frame["columns"]]
        assert frame["feature"] not in (names[0], names[-1])


def test_numbers_are_distinct_and_words_and_truths_about_equally_frequent():
    for _, _, _, columns in cases():
        for kind, column in columns.items():
            assert 24 <= len(column) < 33
            _, often = np.unique(column, return_counts=True)
            if kind in ("int64", "float64"):
                assert len(often) == len(column)
            if kind in ("object", "category", "bool"):
                assert len(often) == (2 if kind == "bool" else 12)
                assert often.max() - often.min() <= 1
            # Row numbers and labels of the index are recognised, because no column holds them.
            if kind == "int64":
                assert column.min() >= 200


def test_the_index_is_no_range_and_the_columns_of_the_trials_are_not_sorted():
    for challenge, number, _, _ in cases():
        assert not (np.diff(challenge.arrays[f"index{number}"]) == 1).all()
    for seed in SEEDS:
        arrays = pose(np.random.default_rng(seed)).arrays
        assert sorted(arrays["column0"]) == list(range(PAIR["rows"]))
        assert sorted(arrays["column1"]) == list(range(LONG["rows"]))
        assert not np.array_equal(arrays["column1"], np.arange(LONG["rows"]))
