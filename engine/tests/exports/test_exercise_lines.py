from dataclasses import replace

from engine.tests.exports.marked_class import MARKS, POINTS, receipts_of
from proctor.exports.exercise_lines import lines_of
from proctor.results import HumanPart


def told(lines):
    return [(line.title, line.score, line.max_score, line.status) for line in lines]


def test_tests_come_before_what_is_marked_by_hand_notebook_by_notebook():
    assert told(lines_of(receipts_of("ann"))) == [
        ("m/t1", 2.0, 2.0, "partial"),
        ("why", None, 3.0, "waiting"),
        ("n/t1", 4.0, 5.0, "partial"),
        ("code", None, 1.0, "waiting"),
        ("task1", None, 4.0, "waiting"),
    ]


def test_the_gradebooks_points_count():
    lines = told(lines_of(receipts_of("cy"), MARKS["cy"]))
    assert lines[1] == ("why", 1.5, 3.0, "marked")
    assert lines[3] == ("code", None, 1.0, "waiting")


def test_an_answer_that_is_not_there_is_no_mark_by_hand():
    assert told(lines_of(receipts_of("dee")))[1] == ("why", 0.0, 3.0, "missing")


def test_a_receipt_of_before_knows_no_points_of_marks_by_hand_but_the_gradebook_does():
    old = [replace(one, human=HumanPart(one.human.scores)) for one in receipts_of("ann")]
    assert told(lines_of(old, {}, POINTS))[1] == ("why", None, 3.0, "waiting")


def test_tests_of_one_check_are_told_apart(receipt, result):
    results = [result(test="one"), result(test="two")]
    titles = [line.title for line in lines_of([receipt(*results)])]
    assert titles == ["n/one", "n/two"]


def test_a_missing_mark_is_written_as_a_dash():
    waiting = lines_of(receipts_of("ann"))[1]
    assert (waiting.points(), waiting.points("/")) == ("– of 3", "–/3")
