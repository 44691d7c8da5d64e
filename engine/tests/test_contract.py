import sys
import warnings

import numpy as np
import pytest

from proctor.contract import (
    Check,
    Illustration,
    Verdict,
    draw_safely,
    judge_safely,
    load_checks,
)
from proctor.errors import CourseError
from proctor.packet import Packet


def check(judge):
    return Check("x", "UNQ_C1", lambda rng: Packet(), judge)


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_a_score_is_a_share(score):
    with pytest.raises(ValueError, match="0 to 1"):
        Verdict(score, "")


@pytest.mark.parametrize(
    "stumble",
    [
        lambda c, a: a.arrays["absent"],
        lambda c, a: np.zeros(3) @ np.zeros(4),
        lambda c, a: Verdict(float("nan"), ""),
        lambda c, a: int("x"),
        lambda c, a: [][1],
    ],
)
def test_an_answer_that_makes_the_judge_stumble_is_worth_nothing(stumble):
    verdict = judge_safely(check(stumble), Packet(), Packet())
    assert (verdict.score, verdict.trouble) == (0, "")


class LibraryError(Exception):
    """As OpenCV's."""


class PanicError(BaseException):
    """As those of libraries in Rust, which no ``except Exception`` catches."""


def raising(error):
    def judge(challenge, answer):
        raise error

    return judge


def opencv_error(challenge, answer):
    import cv2

    cv2.resize(np.zeros((0, 0)), (5, 5))


@pytest.mark.parametrize(
    ("judge", "said"),
    [
        (raising(LibraryError("no\nsuch map\x1b[2J")), "LibraryError"),
        (raising(PanicError("index out of bounds")), "PanicError"),
        (raising(RuntimeError("ours")), "RuntimeError"),
        (raising(NameError("sqroot")), "NameError"),
        (opencv_error, "cv2.error"),
    ],
)
def test_no_answer_stops_a_notebook_and_no_bug_in_a_judge_is_hidden(judge, said):
    verdict = judge_safely(check(judge), Packet(), Packet())
    assert (verdict.score, verdict.misconception) == (0, None)
    assert "does not have the form" in verdict.message
    assert said in verdict.trouble
    assert "the check x raised" in verdict.trouble
    assert "of test_contract.py)" in verdict.trouble
    assert not set(verdict.trouble) & set("\n\x1b")


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_whoever_ends_the_grader_is_let_do_so(error):
    with pytest.raises(error):
        judge_safely(check(raising(error())), Packet(), Packet())
    with pytest.raises(error):
        draw_safely(Illustration(Packet, raising(error())), Packet(), Packet())


@pytest.mark.parametrize("error", [ValueError(), LibraryError(), PanicError(), RuntimeError()])
def test_what_can_not_be_drawn_gives_no_picture(error):
    assert draw_safely(Illustration(Packet, raising(error)), Packet(), Packet()) == ()


def test_a_course_without_checks_has_none(tmp_path):
    assert load_checks("", tmp_path) == {}


@pytest.mark.parametrize("module", ["no_such_module", "json"])
def test_a_wrong_module_is_named(module, tmp_path):
    with pytest.raises(CourseError, match=module):
        load_checks(module, tmp_path)


def test_hidden_tests_may_lie_in_the_course_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.path", [*sys.path])
    (tmp_path / "checks_of_a_course.py").write_text("CHECKS = {}")
    assert load_checks("checks_of_a_course", tmp_path) == {}


@pytest.mark.parametrize("error", [MemoryError, RecursionError, AssertionError])
def test_an_answer_of_absurd_size_or_depth_is_worth_nothing(error):
    def judge(challenge, answer):
        raise error

    assert judge_safely(check(judge), Packet(), Packet()).score == 0


def test_what_numpy_warns_of_in_an_answer_does_not_reach_the_grader():
    def judge(challenge, answer):
        return Verdict(float(np.mean(np.zeros(0)) == 0), "")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judge_safely(check(judge), Packet(), Packet()).score == 0
