"""Asking and answering: with a grader outside, with an examiner here, and with neither."""

import numpy as np
import pytest

from proctor.packet import Packet, decode, encode
from proctor.seeds import generator
from util import answers
from util.hidden_tests import CHECKS


def right(df, feature):
    return df.assign(**{feature: np.random.permutation(df[feature])})


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    """Return a folder in which a grader outside left the question of exercise 3."""
    challenge = CHECKS["permute_feature"].pose(generator(0))
    (tmp_path / "permute_feature.challenge.npz").write_bytes(encode(challenge))
    monkeypatch.setenv("PROCTOR_EXCHANGE", str(tmp_path))
    return tmp_path


def no_examiner(monkeypatch):
    monkeypatch.delenv("PROCTOR_EXCHANGE", raising=False)
    monkeypatch.setattr(answers, "entry_points", lambda group: ())


def test_with_a_grader_outside_the_answer_is_left_beside_the_question(exchange):
    assert answers.check("permute_feature", {"permute_feature": right}) is None
    answer = decode((exchange / "permute_feature.answer.npz").read_bytes())
    assert answer.data["status"] == "answered"
    challenge = CHECKS["permute_feature"].pose(generator(0))
    assert CHECKS["permute_feature"].judge(challenge, answer).score == 1.0
    assert sorted(path.name for path in exchange.iterdir()) == [
        "permute_feature.answer.npz",
        "permute_feature.challenge.npz",
    ]


@pytest.mark.parametrize(
    ("namespace", "status"),
    [
        ({}, "undefined"),
        ({"permute_feature": 1}, "undefined"),
        ({"permute_feature": len}, "raised"),
    ],
)
def test_a_failure_is_an_answer_too(namespace, status, exchange):
    assert answers.check("permute_feature", namespace) is None
    answer = decode((exchange / "permute_feature.answer.npz").read_bytes())
    assert answer.data["status"] == status
    assert not answer.arrays


def test_a_question_that_was_not_asked_is_an_error_of_the_grader(exchange):
    with pytest.raises(FileNotFoundError):
        answers.check("grad_cam", {"grad_cam": right})


def test_without_a_grader_the_registered_examiner_asks(monkeypatch):
    asked = []

    class Registered:
        def load(self):
            return lambda exercise, namespace: asked.append((exercise, namespace)) or 7.5

    monkeypatch.delenv("PROCTOR_EXCHANGE", raising=False)
    monkeypatch.setattr(answers, "entry_points", lambda group: [Registered()])
    assert answers.check("grad_cam", {"x": 1}) == 7.5
    assert asked == [("grad_cam", {"x": 1})]


def test_the_course_registers_its_examiner():
    (entry,) = answers.entry_points(group="lesson.examiners")
    assert entry.value == "util.hidden_tests.examiner:examine"


def test_with_neither_the_student_is_told_what_to_do(monkeypatch):
    no_examiner(monkeypatch)
    with pytest.raises(RuntimeError, match="run the visible test above"):
        answers.check("grad_cam", {})


def test_what_is_raised_crosses_in_short():
    def raising(df, feature):
        raise ValueError("x" * 10_000)

    challenge = CHECKS["permute_feature"].pose(generator(0))
    said, arrays = answers.respond(
        "permute_feature", {"permute_feature": raising}, challenge.data, challenge.arrays
    )
    assert said == {"status": "raised", "type": "ValueError", "message": "x" * 300}
    assert arrays == {}


def test_what_is_raised_crosses_with_advice_and_without_colours():
    def colourful(df, feature):
        raise KeyError("\x1b[31mAge\x1b[0m")

    challenge = CHECKS["permute_feature"].pose(generator(0))
    said, _ = answers.respond(
        "permute_feature", {"permute_feature": colourful}, challenge.data, challenge.arrays
    )
    assert "\x1b" not in said["message"]
    assert said["message"].endswith(
        "Does colourful use its own arguments, or variables of the notebook?"
    )


def test_an_interrupt_is_not_an_answer():
    """The grader's time limit interrupts; that must end the cell, not count as an answer."""

    def interrupted(df, feature):
        raise KeyboardInterrupt

    challenge = CHECKS["permute_feature"].pose(generator(0))
    with pytest.raises(KeyboardInterrupt):
        answers.respond(
            "permute_feature", {"permute_feature": interrupted}, challenge.data, challenge.arrays
        )


def test_every_exercise_can_be_asked():
    for exercise in CHECKS:
        said, _ = answers.respond(exercise, {exercise: lambda *_, **__: 1 / 0}, *empty(exercise))
        assert said["type"] == "ZeroDivisionError"


def empty(exercise):
    challenge: Packet = CHECKS[exercise].pose(generator(0))
    return challenge.data, challenge.arrays
