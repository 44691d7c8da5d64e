"""Both sides of a connection for each test."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.tests.remote.pair import Pair


@pytest.fixture
def pair():
    # The student's side is this process, too, and numpy reads wherever a spoilt state says.
    before = random.getstate(), np.random.get_state()
    made = Pair()
    yield made
    made.close()
    random.setstate(before[0])
    np.random.set_state(before[1])


@pytest.fixture(autouse=True)
def _pandas_is_there(request):
    if "frame" in request.node.name:
        pytest.importorskip("pandas", reason="pandas is the lesson's, not the engine's")
