import json

import pytest

from proctor.results import ExerciseResult, Receipt

RECEIPT = Receipt(
    assignment="a",
    notebook="n.ipynb",
    exercises=(
        ExerciseResult("x", "UNQ_C1", 3.0, 4.0, "partial", "said", "known"),
        ExerciseResult("y", "UNQ_C2", 0.0, 6.0, "missing", "gone"),
    ),
    notes=("cell x was missing",),
    seconds=1.5,
)


def test_a_receipt_crosses_as_json():
    assert Receipt.from_json(RECEIPT.to_json()) == RECEIPT
    assert (RECEIPT.score, RECEIPT.max_score) == (3.0, 10.0)


def test_a_receipt_of_another_version_is_refused():
    raw = {**json.loads(RECEIPT.to_json()), "version": 99}
    with pytest.raises(ValueError, match="version 99"):
        Receipt.from_json(json.dumps(raw))
