import json

from benchmarks.results import store


def test_figures_are_added_and_others_stay(tmp_path):
    path = tmp_path / "results.json"
    store({"b": 1.23456, "same": True}, path)
    store({"a": 2.0, "b": 3.0}, path)
    assert json.loads(path.read_text()) == {"a": 2.0, "b": 3.0, "same": True}
    assert list(json.loads(path.read_text())) == ["a", "b", "same"]
