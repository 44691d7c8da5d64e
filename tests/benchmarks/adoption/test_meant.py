import pytest

from benchmarks.adoption import meant
from benchmarks.adoption.compare import Difference
from benchmarks.adoption.meant import Meant, why


@pytest.mark.parametrize("field", ["where", "stock", "engine"])
def test_a_reason_explains_only_what_all_its_patterns_are_found_in(monkeypatch, field):
    patterns = {"where": "course / a / s$", "stock": "^1 of", "engine": "^0 of"}
    difference = Difference("s", "1 of 2", "0 of 2")
    monkeypatch.setattr(meant, "MEANT", (Meant("Because.", **patterns),))
    assert why("course", "a", difference) == "Because."
    monkeypatch.setattr(meant, "MEANT", (Meant("Because.", **{**patterns, field: "other"}),))
    assert why("course", "a", difference) == ""
