import json
from dataclasses import replace

import pytest

from proctor.results import ExerciseResult, HumanPart, Receipt, outstanding_text, points_text

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


HUMAN = HumanPart(
    scores={"why": None, "blank": 0.0, "task": None}, points={"why": 3.0, "blank": 1.0, "task": 4.0}
)


def test_what_is_marked_by_hand_counts_in_the_maximum():
    receipt = replace(RECEIPT, human=HUMAN)
    assert (receipt.score, receipt.max_score, receipt.outstanding_points) == (3.0, 18.0, 7.0)
    assert receipt.human.outstanding == ("why", "task")
    assert Receipt.from_json(receipt.to_json()) == receipt


def test_a_receipt_without_points_of_marks_by_hand_is_read():
    raw = json.loads(replace(RECEIPT, human=HUMAN).to_json())
    del raw["human"]["points"]
    assert Receipt.from_json(json.dumps(raw)).max_score == 10.0


def test_points_say_what_waits():
    assert points_text(10.0, 15.0, 5.0) == "10 of 15, 5 by hand"
    assert points_text(9.5, 10.0, unit=" points") == "9.5 of 10 points"


def test_cells_that_wait_are_named_up_to_a_number():
    assert outstanding_text([]) == ""
    assert outstanding_text(["why"]) == "marks by hand are outstanding: why"
    assert outstanding_text([f"c{n}" for n in range(12)]).endswith("c9 and 2 more")
