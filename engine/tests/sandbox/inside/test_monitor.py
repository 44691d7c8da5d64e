import os

import pytest

from proctor.sandbox.inside.monitor import Monitor, Storage
from proctor.sandbox.inside.scratch import FolderUsage, UnreadableError
from proctor.sandbox.linux.processes import Usage
from proctor.sandbox.shared.limits import ResourceLimits

pytestmark = pytest.mark.sandbox


def watch(limits, sockets, storage):
    return Monitor(os.getpid(), limits, sockets=sockets, storage=storage, own_namespaces=False)


@pytest.fixture
def watching(monkeypatch, tmp_path):
    """Say what a watch of made-up processes finds."""

    def found(usage, shared=0, storage=Storage(), **limits):  # noqa: B008 - it is frozen
        monkeypatch.setattr("proctor.sandbox.inside.monitor.descendants", lambda _: {os.getpid()})
        monkeypatch.setattr("proctor.sandbox.inside.monitor.measure", lambda _: usage)
        monkeypatch.setattr("proctor.sandbox.inside.monitor.proportional_memory", lambda _: shared)
        return watch(ResourceLimits(**limits), tmp_path, storage).exceeded()

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
    monkeypatch.setattr("proctor.sandbox.inside.monitor.descendants", lambda _: {1})
    monkeypatch.setattr(
        "proctor.sandbox.inside.monitor.measure", lambda _: Usage(1, 0, next(amounts))
    )
    looked = watch(ResourceLimits(), tmp_path, Storage())
    assert looked.take_peak() == 0
    for _ in range(3):
        assert looked.exceeded() is None
    assert looked.take_peak() == 400
    looked.exceeded()
    assert looked.take_peak() == 100


def test_files_in_memory_count_as_memory(watching, monkeypatch):
    monkeypatch.setattr("proctor.sandbox.inside.monitor.used_bytes", lambda _: 30 << 20)
    storage = Storage(memory=("scratch", "shm"))
    assert watching(Usage(1, 0, 50 << 20), storage=storage, memory_mib=100, shared=0) is None
    reason = watching(Usage(1, 0, 50 << 20), 45 << 20, storage=storage, memory_mib=100).reason
    assert "100 MiB of memory" in reason


def test_files_in_a_folder_on_a_disk_have_a_limit_of_their_own(watching, tmp_path):
    (tmp_path / "large").write_bytes(bytes(3 << 20))
    for most, reason in ((2 << 20, "more than 2 MiB of files"), (8 << 20, None)):
        storage = Storage(folder=FolderUsage(tmp_path, None), max_bytes=most)
        ending = watching(Usage(1, 0, 0), storage=storage)
        assert (ending and ending.reason) == (reason and f"the notebook wrote {reason}")


def test_files_that_are_hidden_for_a_moment_are_not_hidden(tmp_path, monkeypatch):
    monkeypatch.setattr("proctor.sandbox.inside.monitor.descendants", lambda _: {os.getpid()})
    usage = FolderUsage(tmp_path, None)
    looked = watch(ResourceLimits(), tmp_path, Storage(folder=usage, max_bytes=1 << 20))

    def hidden(_):
        raise UnreadableError

    def looks(count):
        return [ending and ending.reason for ending in (looked.exceeded() for _ in range(count))]

    with monkeypatch.context() as patch:
        patch.setattr(usage, "bytes", hidden)
        assert looks(9) == [None] * 9
    assert looks(1) == [None]
    monkeypatch.setattr(usage, "bytes", hidden)
    assert looks(9) == [None] * 9
    assert "hides files" in looks(1)[0]
