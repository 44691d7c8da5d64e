"""Exercise 3's judge: one column shuffled fairly, everything else as it was."""

import numpy as np
import pandas as pd
import pytest

from proctor.contract import judge_safely
from proctor.packet import Packet
from proctor.seeds import generator
from util.hidden_tests import CHECKS

CHECK = CHECKS["permute_feature"]
SEEDS = range(20)


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_reference_solutions_pass(name, student, sit):
    namespace = student(name, "UNQ_C3")
    verdicts = [sit("permute_feature", namespace, seed).verdict for seed in SEEDS]
    assert [verdict.score for verdict in verdicts] == [1.0] * len(SEEDS), verdicts


def with_column(df, feature, values):
    done = df.copy(deep=True)
    done[feature] = values
    return done


def in_place(df, feature):
    df[feature] = np.random.permutation(df[feature])
    return df


def both_columns(df, feature):
    done = with_column(df, feature, np.random.permutation(df[feature]))
    order = np.random.permutation(len(df))
    return done.assign(**{c: done[c].array[order] for c in done if c != feature})


def seeded(df, feature):
    np.random.seed(0)
    return with_column(df, feature, np.random.permutation(df[feature]))


def swap_two(df, feature):
    """One exchange of two values: of the six orders of three, only three come up."""
    values = df[feature].to_numpy().copy()
    one, two = np.random.choice(len(values), 2, replace=False)
    values[[one, two]] = values[[two, one]]
    return with_column(df, feature, values)


def as_text(df, feature):
    values = np.random.permutation(df[feature]).astype(str).astype(object)
    return with_column(df, feature, values)


def shuffled_with_none(df, feature):
    """What np.random.shuffle gives: nothing, and the caller's column in another order."""
    done = df.copy(deep=False)
    done[feature] = np.random.shuffle(df[feature].to_numpy())
    return done


WRONG = {
    "in_place": [in_place],
    "resampled": [lambda df, f: with_column(df, f, np.random.choice(df[f], len(df)))],
    "aligned": [lambda df, f: with_column(df, f, pd.Series(np.random.permutation(df[f])))],
    "unchanged": [
        lambda df, f: df.copy(),
        lambda df, f: with_column(df, f, df[f].sample(frac=1)),
    ],
    "sorted": [lambda df, f: with_column(df, f, np.sort(df[f]))],
    "same_order": [seeded, lambda df, f: with_column(df, f, df[f].to_numpy()[::-1])],
    "unfair": [swap_two, lambda df, f: with_column(df, f, np.roll(df[f], np.random.choice(3)))],
    "index": [lambda df, f: df.sample(frac=1), lambda df, f: df.reset_index(drop=True)],
    "other_columns": [both_columns],
    "dtype": [as_text],
    "emptied": [lambda df, f: with_column(df, f, None), shuffled_with_none],
    "columns": [
        lambda df, f: df[[f]],
        lambda df, f: df[list(df.columns)[::-1]],
        lambda df, f: with_column(df, "feature", np.random.permutation(df[f])),
    ],
    "type": [lambda df, f: np.random.permutation(df[f]), lambda df, f: df[f].to_dict()],
}
CASES = [(name, function) for name, functions in WRONG.items() for function in functions]


@pytest.mark.parametrize(("mistake", "function"), CASES)
def test_each_known_mistake_is_named(mistake, function, sit_with, leaks):
    for seed in range(3):
        sitting = sit_with(guarded(function), "permute_feature", seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (0.0, mistake)
        assert not leaks(sitting.verdict.message, sitting.challenge)


def guarded(function):
    """Let wrong return types through the many calls on the small frame."""

    def wrapped(df, feature):
        returned = function(df, feature)
        small = list(df.columns) == ["a", "b"] and not isinstance(returned, pd.DataFrame)
        return df if small else returned

    return wrapped


def test_nothing_returned_is_worth_nothing(sit_with):
    sitting = sit_with(lambda df, feature: None, "permute_feature")
    assert sitting.answer.data["status"] == "raised"
    assert sitting.verdict.score == 0.0


def test_the_type_in_the_message_is_cut(sit_with):
    kind = type("A" * 100_000, (), {})
    verdict = sit_with(guarded(lambda df, feature: kind()), "permute_feature").verdict
    assert verdict.misconception == "type"
    assert len(verdict.message) < 200


def test_a_dtype_and_an_index_of_every_kind_is_asked_for():
    frames = CHECK.pose(generator(1)).data["frames"]
    for frame in frames:
        assert {column["dtype"] for column in frame["columns"]} == {
            "int64", "float64", "object", "bool", "category", "datetime64[ns]",
        }  # fmt: skip
    permuted = [
        next(c["dtype"] for c in frame["columns"] if c["name"] == frame["feature"])
        for frame in frames
    ]
    assert permuted == ["float64", "int64", "object", "bool"]


@pytest.fixture(scope="module")
def sitting(student, sit):
    """Return a sitting with full points, to spoil its answer."""
    done = sit("permute_feature", student("ada", "UNQ_C3"))
    assert done.verdict.score == 1.0
    return done


def orders_of(draw):
    """An answer's orders, drawn by a function of the number of the call."""
    return np.array([draw(number) for number in range(600)], dtype=float)


ORDERS = {
    "too few": orders_of(lambda n: [0, 1, 2])[:10],
    "too many columns": np.zeros((600, 4)),
    "not a number": np.full((600, 3), np.nan),
    "text": np.full((600, 3), "a"),
    "empty": np.zeros((0, 3)),
    "one axis": np.zeros(600),
    "other values": orders_of(lambda n: [0, 1, 1]),
}


@pytest.mark.parametrize("name", ORDERS)
def test_malformed_orders_are_worth_nothing(name, sitting):
    answer = Packet(sitting.answer.data, {**sitting.answer.arrays, "orders": ORDERS[name]})
    assert judge_safely(CHECK, sitting.challenge, answer).score == 0.0


@pytest.mark.parametrize("data", [{}, {"frames": []}, {"frames": [None] * 4}, {"frames": "text"},
                                  {"frames": [{"returned": {}, "argument": {}}] * 4}])  # fmt: skip
def test_malformed_descriptions_are_worth_nothing(data, sitting):
    for arrays in ({}, sitting.answer.arrays):
        assert judge_safely(CHECK, sitting.challenge, Packet(data, arrays)).score == 0.0


@pytest.mark.parametrize("array", ["returned0_0", "argument3_5", "orders"])
def test_a_missing_array_is_worth_nothing(array, sitting):
    arrays = {name: one for name, one in sitting.answer.arrays.items() if name != array}
    answer = Packet(sitting.answer.data, arrays)
    assert judge_safely(CHECK, sitting.challenge, answer).score == 0.0


def test_a_column_of_another_form_is_worth_nothing(sitting):
    for number in range(6):
        for value in (np.zeros((2, 2)), np.array([]), np.array(["x"]), np.array(1j)):
            arrays = {**sitting.answer.arrays, f"returned1_{number}": value}
            answer = Packet(sitting.answer.data, arrays)
            assert judge_safely(CHECK, sitting.challenge, answer).score == 0.0
