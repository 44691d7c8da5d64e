"""A child with a budget: what it gives back, and every way in which it does not."""

import ctypes
import os
import signal
import time

import psutil
import pytest

from proctor.limited_process import OverBudgetError, ProcessBudget, within

SMALL = ProcessBudget(seconds=30, cpu_seconds=5, mib=256, max_bytes=1_000_000)


@pytest.fixture(autouse=True)
def _nothing_is_left():
    before = set(psutil.Process().children())
    yield
    assert set(psutil.Process().children()) <= before


@pytest.mark.parametrize("blob", [b"", b"\x00", b"\x01", b"x" * 1_000_000])
def test_bytes_come_back(blob):
    assert within(SMALL, lambda: blob) == blob


def test_nothing_that_it_changes_is_seen_here(capfd):
    seen = []

    def work():
        seen.append(1)
        os.environ["OF_A_CHILD"] = "1"
        os.write(2, b"of the child")
        return b"done"

    print("before")
    assert within(SMALL, work) == b"done"
    assert not seen
    assert "OF_A_CHILD" not in os.environ
    assert capfd.readouterr() == ("before\n", "")


def burn():
    while True:
        pass


def fill():
    return b"".join([bytes(1 << 20) for _ in range(10_000)])


def in_c():
    ctypes.string_at(0)


def raises():
    raise LookupError("a student's text")


def leaves():
    raise SystemExit(0)


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (burn, "processor time"),
        (fill, "MemoryError"),
        (in_c, "signal 11"),
        (raises, "LookupError"),
        (leaves, "SystemExit"),
        (lambda: os._exit(0), "no result"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "signal 9"),
        (lambda: b"x" * 1_000_001, "1,000,000 bytes"),
        (lambda: "no bytes", "no result"),
    ],
)
def test_what_costs_too_much_or_fails_says_why(work, why):
    budget = ProcessBudget(seconds=30, cpu_seconds=1, mib=256, max_bytes=1_000_000)
    with pytest.raises(OverBudgetError, match=why) as caught:
        within(budget, work)
    assert "student" not in str(caught.value)


def test_it_ends_when_its_time_is_over():
    started = time.monotonic()
    with pytest.raises(OverBudgetError, match=r"0\.2 s"):
        within(ProcessBudget(0.2, 5, 256, 1000), lambda: time.sleep(60))
    assert time.monotonic() - started < 30
