"""Exercise 3's judge: one column shuffled fairly, everything else as it was."""

import numpy as np
import pandas as pd
import pytest

from util.answering.record import Record
from util.hidden_tests import judged, permute_feature
from util.hidden_tests import permute_feature as judging

CHECK = permute_feature
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
    """One exchange of two values, which leaves all others."""
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


def as_positions(df, feature):
    return with_column(df, feature, np.random.permutation(len(df)))


def in_pieces(df, feature):
    pieces = np.array_split(df[feature].to_numpy(), 5)
    return with_column(df, feature, np.concatenate([pieces[k] for k in np.random.permutation(5)]))


def deranged(df, feature):
    """A shuffle that lets no value keep its place."""
    values = df[feature].tolist()
    for place in range(len(values) - 1, 0, -1):
        other = np.random.randint(place)
        values[place], values[other] = values[other], values[place]
    return with_column(df, feature, values)


def never_the_old_order(df, feature):
    order = np.random.permutation(len(df))
    while (order == np.arange(len(df))).all():
        order = np.random.permutation(len(df))
    return with_column(df, feature, df[feature].to_numpy()[order])


def rows_that_stay(count):
    """A shuffle of all rows but the first ones."""

    def shuffle(df, feature):
        values = df[feature].to_numpy()
        return with_column(df, feature, [*values[:count], *np.random.permutation(values[count:])])

    return shuffle


def exchanged_with_anyone(df, feature):
    values = df[feature].tolist()
    for place, other in enumerate(np.random.randint(len(values), size=len(values))):
        values[place], values[other] = values[other], values[place]
    return with_column(df, feature, values)


def relabelled(df, feature):
    words = df[feature].unique()
    new = dict(zip(words, np.random.permutation(words), strict=True))
    return with_column(df, feature, [new[word] for word in df[feature]])


def numbers_only(df, feature, change):
    """Change numbers, and permute everything else."""
    if df[feature].dtype != float:
        return with_column(df, feature, np.random.permutation(df[feature]))
    return with_column(df, feature, change(df[feature]))


def another_column(df, feature):
    return with_column(df, df.columns[0], np.random.permutation(df[df.columns[0]]))


def other_columns(df, feature):
    last = df.columns[-1]
    return with_column(df, last, df[last].iloc[0]).assign(
        **{feature: np.random.permutation(df[feature])}
    )


WRONG = {
    "in_place": [in_place, lambda df, f: df.insert(0, "new", 1) or df.drop(columns="new")],
    "resampled": [lambda df, f: with_column(df, f, np.random.choice(df[f], len(df)))],
    "aligned": [lambda df, f: with_column(df, f, pd.Series(np.random.permutation(df[f])))],
    "unchanged": [
        lambda df, f: df.copy(),
        lambda df, f: with_column(df, f, df[f].sample(frac=1)),
    ],
    "sorted": [
        lambda df, f: with_column(df, f, np.sort(df[f])),
        lambda df, f: with_column(df, f, np.sort(df[f])[::-1]),
    ],
    "reversed": [lambda df, f: with_column(df, f, df[f].to_numpy()[::-1])],
    "same_order": [seeded],
    "shifted": [
        lambda df, f: with_column(df, f, df[f].shift(1)),
        lambda df, f: with_column(df, f, np.roll(df[f], 3)),
    ],
    "rotated": [
        lambda df, f: with_column(df, f, np.roll(df[f], np.random.choice(len(df)))),
        lambda df, f: with_column(df, f, np.roll(df[f], np.random.randint(1, len(df)))),
    ],
    "few_moved": [swap_two],
    "neighbours": [in_pieces],
    "none_stays": [deranged],
    "never_unchanged": [never_the_old_order],
    "unfair": [exchanged_with_anyone, *map(rows_that_stay, (1, 2, 5))],
    "index": [lambda df, f: df.reset_index(drop=True)],
    "whole_rows": [
        lambda df, f: df.sample(frac=1),
        lambda df, f: df.sample(frac=1).set_index(df.index),
    ],
    "every_column": [both_columns],
    "another_column": [another_column],
    "other_columns": [other_columns],
    "dtype": [as_text],
    "emptied": [lambda df, f: with_column(df, f, None), shuffled_with_none],
    "feature_only": [lambda df, f: df[[f]]],
    "column_order": [lambda df, f: df[list(df.columns)[::-1]]],
    "extra_column": [lambda df, f: with_column(df, "feature", np.random.permutation(df[f]))],
    "feature_dropped": [lambda df, f: df.drop(columns=f)],
    "columns": [lambda df, f: df.iloc[:, :1].drop(columns=f, errors="ignore")],
    "rows": [lambda df, f: df.iloc[1:], lambda df, f: pd.concat([df, df])],
    "nothing_returned": [lambda df, f: None],
    "some_missing": [lambda df, f: numbers_only(df, f, lambda one: one.where(one > one.min()))],
    "constant": [lambda df, f: numbers_only(df, f, lambda one: one.mean())],
    "positions": [as_positions],
    "index_labels": [lambda df, f: with_column(df, f, np.random.permutation(df.index))],
    "other_values": [lambda df, f: numbers_only(df, f, lambda one: one + 0.5)],
    "relabelled": [relabelled],
    "type": [lambda df, f: np.random.permutation(df[f]), lambda df, f: df[f].to_dict()],
}
CASES = [(name, function) for name, functions in WRONG.items() for function in functions]


def test_all_mistakes_that_the_judge_knows_are_tried():
    assert set(judging.MISTAKES) <= set(WRONG)


@pytest.mark.parametrize(("mistake", "function"), CASES)
def test_each_known_mistake_is_named(mistake, function, sit_with, leaks):
    for seed in range(3):
        sitting = sit_with(function, "permute_feature", seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (0.0, mistake)
        assert not leaks(sitting.verdict.message, sitting.challenge)


def test_the_type_in_the_message_is_cut(sit_with):
    kind = type("A" * 100_000, (), {})
    verdict = sit_with(lambda df, feature: kind(), "permute_feature").verdict
    assert verdict.misconception == "type"
    assert len(verdict.message) < 200


@pytest.fixture(scope="module")
def sitting(student, sit):
    """Return a sitting with full points, to spoil its answer."""
    done = sit("permute_feature", student("ada", "UNQ_C3"))
    assert done.verdict.score == 1.0
    return done


TRIALS = {0: (32, 2), 1: (24, 1250)}


def malformed(shape):
    """Arrays of a trial's orders that no sequence of permutations gives."""
    repeats, rows = shape
    orders = np.tile(np.arange(rows, dtype=float), (repeats, 1))
    return {
        "too few": orders[:10],
        "too many columns": np.zeros((repeats, rows + 1)),
        "not a number": np.full(shape, np.nan),
        "text": np.full(shape, "a"),
        "empty": np.zeros((0, rows)),
        "one axis": np.zeros(repeats),
        "other values": np.zeros(shape),
        "halves": orders + 0.5,
    }


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("name", malformed((2, 2)))
def test_malformed_orders_are_worth_nothing(name, trial, sitting):
    arrays = {**sitting.answer.arrays, f"orders{trial}": malformed(TRIALS[trial])[name]}
    answer = Record(sitting.answer.data, arrays)
    assert judged(CHECK.judge, sitting.challenge, answer).score == 0.0


def test_a_frame_that_fails_only_in_the_trials_is_refused(sit_with):
    def whole_frames_only(df, feature):
        if len(df.columns) > 2:
            return with_column(df, feature, np.random.permutation(df[feature]))
        return with_column(df, feature, np.random.choice(df[feature], len(df)))

    verdict = sit_with(whole_frames_only, "permute_feature").verdict
    assert (verdict.score, verdict.misconception) == (0.0, None)
    assert "same values" in verdict.message


def test_fair_orders_of_two_hundred_students_pass(sitting):
    rng = np.random.default_rng(11)
    for _ in range(200):
        orders = {
            f"orders{number}": rng.permuted(np.tile(np.arange(rows), (repeats, 1)), axis=1)
            for number, (repeats, rows) in TRIALS.items()
        }
        answer = Record(sitting.answer.data, {**sitting.answer.arrays, **orders})
        assert judged(CHECK.judge, sitting.challenge, answer).score == 1.0


@pytest.mark.parametrize("data", [{}, {"frames": []}, {"frames": [None] * 4}, {"frames": "text"},
                                  {"frames": [{"returned": {}, "argument": {}}] * 4}])  # fmt: skip
def test_malformed_descriptions_are_worth_nothing(data, sitting):
    for arrays in ({}, sitting.answer.arrays):
        assert judged(CHECK.judge, sitting.challenge, Record(data, arrays)).score == 0.0


@pytest.mark.parametrize("array", ["returned0_0", "argument0_5", "orders0", "orders1"])
def test_a_missing_array_is_worth_nothing(array, sitting):
    arrays = {name: one for name, one in sitting.answer.arrays.items() if name != array}
    answer = Record(sitting.answer.data, arrays)
    assert judged(CHECK.judge, sitting.challenge, answer).score == 0.0


def test_a_column_of_another_form_is_worth_nothing(sitting):
    for number in range(6):
        for value in (np.zeros((2, 2)), np.array([]), np.array(["x"]), np.array(1j)):
            arrays = {**sitting.answer.arrays, f"returned0_{number}": value}
            answer = Record(sitting.answer.data, arrays)
            assert judged(CHECK.judge, sitting.challenge, answer).score == 0.0
