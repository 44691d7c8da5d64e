"""Exercise 3: what its visible test prints and says."""

import random
import re

import numpy as np
import pandas as pd
import pytest

from util.public_tests import ExerciseError, permute_feature_test


def test_it_prints_the_lessons_lines(cells, run, capsys):
    permute_feature_test(run(cells["permute_feature"], cells["permute_feature"].solved))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[:3] == ["Test Case", "Original dataframe:", "   col1 col2"]
    assert lines[6:8] == ["col1 permuted:", "   col1 col2"]
    assert lines[11] == "Average values after computing over 1000 runs:"
    assert lines[12].startswith("Average of col1: [")
    assert lines[13:] == [" All tests passed."]


def in_place(df, feature):
    df[feature] = np.random.permutation(df[feature])
    return df


def shuffled_with_none(df, feature):
    done = df.copy(deep=True)
    done[feature] = np.random.shuffle(done[feature].to_numpy())
    return done


def both_columns(df, feature):
    return df.apply(lambda column: np.random.permutation(column))


def often_turned(df, feature):
    """All orders come up, but the last value comes first most of the time."""
    done = df.copy()
    values = df[feature].to_numpy()
    done[feature] = values[::-1] if random.random() < 0.7 else np.random.permutation(values)
    return done


SAYS = [
    (lambda df, f: None, "Return a DataFrame: a NoneType came back; expected"),
    (lambda df, f: df[f].to_numpy(), r"a ndarray of shape \(3,\) came back; expected .*\(3, 2\)"),
    (lambda df, f: df.assign(**{f: None}), "col1 came back with 3 empty values; expected none"),
    (shuffled_with_none, "shuffle works in place and returns None"),
    (lambda df, f: df[[f]], r"Keep all rows and columns.*shape \(3, 1\).*expected .*\(3, 2\)"),
    (lambda df, f: df.assign(feature=1), r"Keep all rows and columns.*'feature'\]; expected"),
    (in_place, "Work on the copy"),
    (lambda df, f: df.assign(col1=[0, 2, 1], col2=["B", "A", "C"]), "col2 changed"),
    (both_columns, "col2 changed"),
    (lambda df, f: df.sample(frac=1), "col2 changed"),
    (lambda df, f: df.copy(), "not random, every call left it as it was.*an array stays"),
    (lambda df, f: df.assign(**{f: df[f].sample(frac=1)}), "puts a Series back by its index"),
    (lambda df, f: df.assign(**{f: df[f].to_numpy()[::-1]}), "1 of 6 orders came up in 1000"),
    (
        lambda df, f: df.assign(**{f: np.roll(df[f], np.random.randint(3))}),
        "3 of 6 orders came up in 1000 calls; expected all",
    ),
    (often_turned, r"the averages are \[.*expected about 1"),
    (lambda df, f: df.assign(**{f: np.random.choice(df[f], 3)}), "same values"),
    (lambda df, f: df.assign(**{f: [1, 1, 1]}), r"same values; it holds \[1, 1, 1\], expected"),
    (
        lambda df, f: df.assign(**{f: np.random.permutation(df[f]).astype(float)}),
        "Permute, do not convert: col1 came back as float64; expected int64",
    ),
    (
        lambda df, f: df.assign(**{f: np.random.permutation(len(df))}),
        r"weight does not hold the same values; .* expected \[71.5, 58.0",
    ),
    (
        lambda df, f: df.assign(**{f: np.random.permutation(df[f])}).reset_index(drop=True),
        "Leave the index alone",
    ),
    (lambda df, f: len(None), "Replace each None"),
    (lambda df, f: df.assign(**{f: df["Age"]}), "Does <lambda> use its own arguments"),
]


@pytest.mark.parametrize(("function", "says"), SAYS)
def test_it_says_what_is_wrong(function, says):
    np.random.seed(4)
    with pytest.raises(ExerciseError, match=says):
        permute_feature_test(function)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (in_place, "Work on the copy"),
        (both_columns, "col2 changed"),
        (lambda df, f: df.sample(frac=1), "col2 changed"),
    ],
)
def test_it_is_no_lottery(function, says):
    """One call in six leaves three rows as they are, whatever the function does."""
    calls = []

    def lucky(df, feature):
        calls.append(1)
        return df.copy() if len(calls) == 1 else function(df, feature)

    with pytest.raises(ExerciseError, match=says):
        permute_feature_test(lucky)


SHUFFLED = "np.random.permutation(df[feature])"
MISTAKES = {
    "the whole frame": ("np.random.permutation(df)", "Use the column that the argument feature"),
    "the name": ("np.random.permutation(feature)", "Permute the column's values: feature is only"),
    "a dot": ("np.random.permutation(df.feature)", "Use brackets for a column"),
    "the letter": ("np.random.permutation(df['feature'])", "Does permute_feature use its own"),
    "col1 always": ("np.random.permutation(df['col1'])", "Does permute_feature use its own"),
    "in a list": (f"[{SHUFFLED}]", r"Give the column as many values as .*permuted_df has shape"),
    "in place": ("np.random.shuffle(df[feature].values)", "np.random.shuffle works in place"),
    "misspelt": ("np.random.permutation(df[featur])", "Use names that are set before"),
    "another error": ("1 / 0", r"Look at the line at which permute_feature stops\. \(line 18: "),
}


@pytest.mark.filterwarnings("ignore:you are shuffling")
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_ends_in_one_sentence(mistake, cells, run):
    code, says = MISTAKES[mistake]
    cell = cells["permute_feature"]
    with pytest.raises(ExerciseError, match=f"^({says})") as caught:
        permute_feature_test(run(cell, cell.solved, (SHUFFLED, code)))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "code",
    [
        "np.random.default_rng().permutation(df[feature])",
        "np.random.permutation(df[feature].values)",
        "df[feature].sample(frac=1).to_numpy()",
        "df[feature].to_numpy()[np.random.permutation(len(df))]",
        "__import__('random').sample(list(df[feature]), len(df))",
        "__import__('sklearn.utils').utils.shuffle(df[feature].to_numpy())",
    ],
)
def test_another_right_way_passes(code, cells, run):
    cell = cells["permute_feature"]
    permute_feature_test(run(cell, cell.solved, (SHUFFLED, code)))


def test_an_error_of_unknown_reason_is_told_with_the_line_and_the_shapes():
    def wrong(df, feature):
        weights = np.ones((4, 4))
        return df[[feature]].to_numpy() @ weights

    with pytest.raises(ExerciseError, match="matmul") as caught:
        permute_feature_test(wrong)
    assert "return df[[feature]].to_numpy() @ weights raised ValueError: " in str(caught.value)
    assert "df has shape (3, 2), weights has shape (4, 4)" in str(caught.value)


def test_the_advice_comes_first_and_the_students_own_line_with_it():
    def unfilled(df, feature):
        weights = pd.Series.get({}, "weights")
        return df.to_numpy() @ weights

    with pytest.raises(ExerciseError) as caught:
        permute_feature_test(unfilled)
    message = str(caught.value)
    # Validate shows no more than 80 columns, the error's type among them.
    assert "Replace each None: weights is None" in f"ExerciseError: {message}"[:80]
    assert re.search(r"line \d+: return df.to_numpy\(\) @ weights raised ", message)
    # Nothing is shown below the advice, nor above it: it is the last line and the only error.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
