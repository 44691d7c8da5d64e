"""Messages on each known mistake: what was found, what is expected, what to revisit."""

from __future__ import annotations

from collections.abc import Mapping

from proctor.checks import Verdict
from util.advice import SHUFFLE

_RETURNED: Mapping[str, str] = {
    "nothing_returned": "Nothing came back, where a DataFrame is expected: how does a function "
    "hand its result to the caller?",
    "feature_only": "Only the permuted column came back; the frame is expected with all of its "
    "columns.",
    "extra_column": "The frame came back with a column that it did not have. The permuted values "
    "are to stand in the column whose name the argument holds, in place of the old ones.",
    "feature_dropped": "The permuted column is missing from what came back; all columns are "
    "expected under their names.",
    "column_order": "The columns came back in another order; only the values within one column "
    "may move.",
    "columns": "The columns of what came back are not those of the frame.",
    "rows": "What came back has another number of rows; a permutation neither loses rows nor "
    "adds any.",
    "index": "The index of the frame changed; only values may move.",
    "dtype": "A column came back with another dtype; only the order of values may change. Look at "
    "what turned its values into another kind.",
}
_OTHERS: Mapping[str, str] = {
    "in_place": "The frame that was passed in was changed; work on the copy.",
    "whole_rows": "Whole rows were permuted, so that each row still holds the values that belong "
    "together. Only the given feature may move, against all others.",
    "another_column": "Another column was permuted, and the given feature left as it was: look at "
    "how the column is chosen.",
    "every_column": "Every column was permuted; all but the given feature are to stay as they are.",
    "other_columns": "Other columns than the given feature changed.",
}
_VALUES: Mapping[str, str] = {
    "emptied": f"The column came back empty: None was put into it. {SHUFFLE}",
    "aligned": "The values are lost: assigning a Series aligns it by its index, and these two "
    "have different ones. The column wants bare values.",
    "some_missing": "Some of the values are missing; a permutation keeps every one of them.",
    "shifted": "The values moved along by a fixed number of places; a permutation draws a new "
    "place for each of them at random.",
    "constant": "The column holds one and the same value throughout; its own values are expected, "
    "in another order.",
    "positions": "The column holds row numbers: positions were permuted, and not the values that "
    "stand there.",
    "index_labels": "The column holds labels of the index: they were permuted, and not the "
    "column's values.",
    "resampled": "Some values came up more often than in the column, and others less often: they "
    "were drawn with replacement. A permutation uses each value once.",
    "other_values": "The column holds values that it never had before. A permutation draws no new "
    "values: it moves the column's own.",
    "relabelled": "Rows that had the same value still have the same value as each other: labels "
    "were exchanged, and not the rows' values. Each row is to draw its value by itself.",
}
_ORDERS: Mapping[str, str] = {
    "unchanged": "The values stay where they were. Where a Series was shuffled and assigned, "
    "pandas aligned it by its index, which undoes the shuffle.",
    "sorted": "The values come back sorted; their order must be random.",
    "reversed": "The values come back from last to first; their order must be random.",
    "same_order": "Different calls give the very same order; every call has to draw a new one. "
    "Look for what makes the random generator start over.",
    "rotated": "The values keep their order, round the end: only where it starts is random. Every "
    "value needs a random place of its own.",
    "few_moved": "Most calls leave many values where they were: only some of the values move. All "
    "of them have to take part.",
    "none_stays": "No value ever stays where it was. In a fair shuffle some do, by chance: every "
    "place must be possible for every value.",
    "neighbours": "Values that stood next to each other mostly still do: the column was moved in "
    "pieces. Every value needs a random place of its own.",
    "never_unchanged": "On two rows the original order never comes up, though a fair shuffle gives "
    "it every other time: no order may be left out.",
    "unfair": "Where a value ends up depends on where it came from: some orders are more likely "
    "than others. If places are exchanged one by one, look at which partners each may draw.",
}

MISTAKES: Mapping[str, str] = {**_RETURNED, **_OTHERS, **_VALUES, **_ORDERS}


def known(name: str) -> Verdict:
    """Return the verdict on a known mistake."""
    return Verdict(0.0, MISTAKES[name], name)
