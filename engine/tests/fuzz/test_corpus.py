"""The inputs that the fuzzer has kept, and what it starts from, break nothing."""

from __future__ import annotations

import json

import pytest

from engine.tests.fuzz import target
from engine.tests.fuzz.__main__ import kept_inputs
from engine.tests.fuzz.mutator import mutate
from engine.tests.fuzz.seeds import seeds
from engine.tests.fuzz.target import FindingError, check_plain, messages_of, run
from proctor.remote import test_side

pd = pytest.importorskip("pandas", reason="pandas is the lesson's, not the engine's")

_MAX_BYTES = 32 * 1024
_MUTANTS = 400


def test_kept_inputs_break_nothing():
    kept = kept_inputs()
    assert kept
    for data in kept:
        run(data)


def test_what_was_really_answered_is_understood():
    for data in seeds():
        assert messages_of(data)
        run(data)


def test_inputs_that_are_changed_are_inputs_and_break_nothing():
    start = [data for data in [*kept_inputs(), *seeds()] if len(data) < _MAX_BYTES]
    for seed in range(_MUTANTS):
        data = mutate(start[seed % len(start)], _MAX_BYTES, seed)
        assert len(data) <= _MAX_BYTES
        assert isinstance(json.loads(data), list)
        run(data)


def test_an_exception_of_the_engines_own_is_found(monkeypatch):
    def fail(*told):
        raise RuntimeError("a fault")

    monkeypatch.setattr(test_side, "raised_exception", fail)
    answers = [{"data": {"value": 1}, "buffers": []}, {"data": {"raised": {}}, "buffers": []}]
    with pytest.raises(FindingError, match="a fault"):
        run(json.dumps(answers).encode())


def test_what_can_not_be_sent_on_is_found(monkeypatch):
    def fail(*told):
        raise ZeroDivisionError

    monkeypatch.setattr(target.Encoder, "encode", fail)
    with pytest.raises(FindingError, match="ZeroDivisionError"):
        check_plain([1])


def test_a_class_that_was_changed_is_found(monkeypatch):
    monkeypatch.setattr(target, "TEST", "Point.moved = None")
    with pytest.raises(FindingError, match="Point has changed"):
        run(json.dumps([{"data": {"value": ["list", -1]}, "buffers": []}]).encode())
