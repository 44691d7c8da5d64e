"""Checks of a result's form: one row, a column per feature, numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests.reading import short_text

FORMS: Mapping[str, str] = {
    "nothing_returned": "Nothing came back, where a DataFrame is expected: how does a function "
    "hand its result to the caller?",
    "orientation": "The result lies on its side; its shape is (1, number of features).",
    "row_per_sample": "There is a row for every sample; the formula averages over them, and one "
    "row remains.",
    "row_per_feature": "There is a row for every feature, and a column for every feature too; one "
    "row holds them all.",
    "shape": "The result's shape is not (1, number of features).",
    "column_order": "The columns are the features in another order; they are expected in the order "
    "of the frame that was passed in.",
    "column_names": "The columns are not named as the features are.",
    "index_name": "The row's name is missing: the result needs 'importance' as its index.",
    "unfilled": "The result was never filled with numbers: a value that is assigned to a copy of "
    "a row or a column does not reach the frame.",
    "partly_filled": "Some importances were never filled in: look at when the function returns, "
    "and what the loop over features runs over.",
    "in_place": "The data frame that was passed in was changed, and others still need it. Permuted "
    "values belong into a copy.",
    "refitted": "The model was fitted again. Permutation importance asks how well the model as it "
    "is does on permuted data; nothing is learnt anew.",
}  # fmt: skip
"""Messages to a student, by mistake."""


def known(name: str) -> Verdict:
    """Return the verdict on a known mistake."""
    return Verdict(0.0, FORMS[name], name)


def form_problem(challenge: Record, answer: Record) -> Verdict | None:
    """Return what is wrong with the form of the result, if anything."""
    if answer.data["type"] == "NoneType":
        return known("nothing_returned")
    if answer.data["type"] != "DataFrame":
        kind = short_text(answer.data["type"], 60)
        text = f"A {kind} came back, where a DataFrame of one row is expected."
        return Verdict(0.0, text, "type")
    return _shape_problem(challenge, answer) or _names_problem(challenge, answer)


def _shape_problem(challenge: Record, answer: Record) -> Verdict | None:
    features = len(challenge.data["features"])
    shape = answer.arrays["values"].shape
    if shape == (1, features):
        return None
    if shape == (features, 1):
        return known("orientation")
    if shape == (int(challenge.data["num_samples"]), features):
        return known("row_per_sample")
    if shape == (features, features):
        return known("row_per_feature")
    return known("shape")


def _names_problem(challenge: Record, answer: Record) -> Verdict | None:
    names, columns = list(challenge.data["features"]), list(answer.data["columns"])
    if len(columns) != len(names):
        return known("column_names")
    if columns != names:
        # An answer's values need not be strings, nor be sortable.
        same = all(isinstance(one, str) for one in columns) and sorted(columns) == sorted(names)
        return known("column_order" if same else "column_names")
    return known("index_name") if list(answer.data["index"]) != ["importance"] else None


def content_problem(answer: Record) -> Verdict | None:
    """Check that the result was filled in, and that everything else was left unchanged."""
    if answer.data["untouched"] is not True:
        return known("in_place")
    if int(answer.data["fitted"]) != 0:
        return known("refitted")
    empty = np.isnan(answer.arrays["values"])
    # If the model received NaN, NaN importances are a consequence.
    if not empty.any() or np.isnan(answer.arrays["seen"]).any():
        return None
    return known("unfilled" if empty.all() else "partly_filled")
