"""That the attacks are real: against nbgrader as it comes, many of them succeed."""

import pytest

from engine.tests.attacks.every import ATTACKS
from engine.tests.attacks.stock import against_stock

pytestmark = pytest.mark.sandbox


@pytest.mark.slow
def test_stock_nbgrader_falls_for_many():
    outcomes = against_stock(ATTACKS)
    assert outcomes["display-hook"] == "4 points"
    assert "gradebook" in outcomes["gradebook"]
    assert sum(bool(what) for what in outcomes.values()) > 15
