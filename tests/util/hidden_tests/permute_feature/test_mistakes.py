"""What a student is told of exercise 3: short, in words, and never a piece of code to copy."""

import pytest

from util.hidden_tests.permute_feature.mistakes import MISTAKES, known


@pytest.mark.parametrize("name", MISTAKES)
def test_a_sentence_is_short_and_holds_no_solution(name):
    verdict = known(name)
    assert (verdict.score, verdict.misconception) == (0.0, name)
    assert 30 < len(verdict.message) <= 250
    assert verdict.message.endswith(".") or "?" in verdict.message
    assert "random.permutation(" not in verdict.message
    assert "=" not in verdict.message


def test_no_two_mistakes_are_told_the_same():
    assert len(set(MISTAKES.values())) == len(MISTAKES)
