"""What a check is made of."""

import numpy as np
import pytest

from proctor.checks import Check, Verdict, check


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_a_score_is_a_share(score):
    with pytest.raises(ValueError, match="0 to 1"):
        Verdict(score, "")


def test_a_function_becomes_a_check():
    @check("double", cell="UNQ_C1")
    def double(student, rng):
        return Verdict(1.0, "Right.")

    assert isinstance(double, Check)
    assert (double.id, double.cell, double.draw) == ("double", "UNQ_C1", None)
    assert double.run(None, np.random.default_rng(0)).score == 1
