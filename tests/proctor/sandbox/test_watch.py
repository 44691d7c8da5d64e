import os

import pytest

from proctor.sandbox.limits import ResourceLimits
from proctor.sandbox.processes import Usage
from proctor.sandbox.watch import Watch


@pytest.fixture
def watching(monkeypatch, tmp_path):
    """Say what a watch of made-up processes finds."""

    def found(usage, shared=0, **limits):
        monkeypatch.setattr("proctor.sandbox.watch.descendants", lambda _: {1})
        monkeypatch.setattr("proctor.sandbox.watch.measure", lambda _: usage)
        monkeypatch.setattr("proctor.sandbox.watch.proportional_memory", lambda _: shared)
        watch = Watch(os.getpid(), ResourceLimits(**limits), sockets=tmp_path, scratch=None)
        return watch.exceeded()

    return found


def test_a_notebook_that_keeps_to_its_limits(watching):
    assert watching(Usage(tasks=5, cpu_seconds=3, memory=1 << 20)) is None


@pytest.mark.parametrize(
    ("usage", "limits", "word", "timed_out"),
    [
        (Usage(513, 0, 0), {}, "512 processes", False),
        (Usage(1, 11, 0), {"cpu_seconds": 10}, "10 seconds of processor time", True),
    ],
)
def test_what_is_exceeded_is_said(watching, usage, limits, word, timed_out):
    ending = watching(usage, **limits)
    assert word in ending.reason
    assert ending.timed_out == timed_out


def test_shared_pages_are_counted_once(watching):
    usage = Usage(2, 0, memory=300 << 20)
    assert watching(usage, shared=90 << 20, memory_mib=100) is None
    assert "100 MiB" in watching(usage, shared=110 << 20, memory_mib=100).reason


def test_no_limit_is_no_limit(watching):
    assert watching(Usage(10**6, 10**6, 1 << 50), memory_mib=0, cpu_seconds=0, processes=0) is None


def test_sockets_are_counted(watching, tmp_path):
    for number in range(65):
        (tmp_path / str(number)).touch()
    assert "sockets" in watching(Usage(1, 0, 0)).reason


def test_the_peak_is_what_came_to_what_was_inherited(monkeypatch, tmp_path):
    amounts = iter([500, 900, 700, 600])
    monkeypatch.setattr("proctor.sandbox.watch.descendants", lambda _: {1})
    monkeypatch.setattr("proctor.sandbox.watch.measure", lambda _: Usage(1, 0, next(amounts)))
    watch = Watch(os.getpid(), ResourceLimits(), sockets=tmp_path, scratch=None)
    assert watch.take_peak() == 0
    for _ in range(3):
        assert watch.exceeded() is None
    assert watch.take_peak() == 400
    watch.exceeded()
    assert watch.take_peak() == 100
