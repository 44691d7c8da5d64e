"""Control groups: hard limits on the memory and the processes of one notebook.

Where the grader may create groups of its own, Linux enforces limits that the monitor can only
poll: a fork bomb outruns any monitor. Version 1 and version 2 are both in use (`cgroups(7)`); a
group is created next to the grader's own or below it, wherever that is allowed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path

from proctor.programs import interpreter
from proctor.sandbox.shared.limits import MIB, ResourceLimits

PREFIX = "proctor-"
_END_SECONDS, _ABANDONED_SECONDS = 10.0, 1.0
_group_ids = count(1)
_WAIT = "import time; time.sleep(10)"


@dataclass(frozen=True)
class Parent:
    """A folder of a cgroup file system in which groups can be created.

    Attributes:
        folder: The folder.
        memory: File in a group that holds the memory limit; None: memory is not limited.
        events: File that counts the processes that were killed for lack of memory.
        pids: Whether a group limits processes and threads.
    """

    folder: Path
    memory: str | None
    events: str
    pids: bool


class ControlGroup:
    """The control group of one notebook.

    Attributes:
        folders: Its folders, one per hierarchy.
    """

    def __init__(self, parents: tuple[Parent, ...], limits: ResourceLimits) -> None:
        """Create it.

        Raises:
            OSError: It can't be created here.
        """
        self._parents = parents
        name = f"{_own_prefix()}{os.getpid()}-{next(_group_ids)}"
        self.folders = [parent.folder / name for parent in parents]
        try:
            for parent, folder in zip(parents, self.folders, strict=True):
                folder.mkdir()
                _limit(parent, folder, limits)
        except OSError:
            self.close()
            raise

    def add(self, process: int) -> None:
        """Move a process, and thereby all its future children, into the group.

        Raises:
            OSError: The process may not be moved, or has ended.
        """
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(process))

    def out_of_memory(self) -> bool:
        """Whether a process was killed because the group exceeded its memory limit."""
        return any(
            _read_counter(folder / parent.events, "oom_kill") > 0
            for parent, folder in zip(self._parents, self.folders, strict=True)
            if parent.memory is not None
        )

    def close(self) -> None:
        """Kill the remaining processes of the group, and remove it."""
        for folder in self.folders:
            _remove(folder)


def _limit(parent: Parent, folder: Path, limits: ResourceLimits) -> None:
    if parent.memory is not None and limits.memory_mib:
        (folder / parent.memory).write_text(str(limits.memory_mib * MIB))
        for name, value in (
            ("memory.swap.max", "0"),
            ("memory.memsw.limit_in_bytes", str(limits.memory_mib * MIB)),
            ("memory.oom.group", "1"),
        ):
            # Swap accounting may be off, and an older Linux kills one process instead of all.
            with contextlib.suppress(OSError):
                if (folder / name).exists():
                    (folder / name).write_text(value)
    if parent.pids and limits.processes:
        (folder / "pids.max").write_text(str(limits.max_processes))


def _own_prefix() -> str:
    """Prefix of the names of groups whose graders are in our PID namespace."""
    return f"{PREFIX}{Path('/proc/self/ns/pid').stat().st_ino}-"


def _remove(folder: Path, seconds: float = _END_SECONDS) -> None:
    """Remove a group, and kill whatever keeps it from being removed.

    Normally its last process has ended before. If a fork server was killed itself, the processes
    that it left are killed here.
    """
    end = time.monotonic() + seconds
    while folder.exists() and not _try_rmdir(folder) and time.monotonic() < end:
        with contextlib.suppress(OSError):
            if (folder / "pids.max").exists():
                (folder / "pids.max").write_text("0")
            for process in map(int, (folder / "cgroup.procs").read_text().split()):
                # 0 stands for a process in another PID namespace.
                if process:
                    os.kill(process, signal.SIGKILL)
        time.sleep(0.005)


def _try_rmdir(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _read_counter(file: Path, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in file.read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
    return 0


@lru_cache(maxsize=1)
def parents() -> tuple[Parent, ...]:
    """Where groups that limit memory and processes can be created; empty: nowhere.

    This is tested: a group is created, and a process moved into it.
    """
    for found in _candidates():
        if _works(found):
            return found
    return ()


def _candidates() -> Iterator[tuple[Parent, ...]]:
    with contextlib.suppress(OSError):
        own = _own_groups(Path("/proc/self/cgroup").read_text())
        mounts = _mounts(Path("/proc/self/mountinfo").read_text())
        for choose in (_own_folder, _folder_above):
            both = [
                folder
                for name in ("memory", "pids")
                if name in mounts and (folder := choose(mounts[name], own.get(name, "/")))
            ]
            if len(both) == 2:
                limiting = (
                    Parent(both[0], "memory.limit_in_bytes", "memory.oom_control", pids=False),
                    Parent(both[1], None, "", pids=True),
                )
                # Each group gets an equal share of the processors, however many threads it has.
                if "cpu" in mounts and (shares := choose(mounts["cpu"], own.get("cpu", "/"))):
                    yield (*limiting, Parent(shares, None, "", pids=False))
                yield limiting
            if "" in mounts and (folder := choose(mounts[""], own.get("", "/"))) is not None:
                yield (Parent(folder, "memory.max", "memory.events", pids=True),)


def _own_groups(text: str) -> dict[str, str]:
    """This process's groups by controller; version 2 has the empty name."""
    lines = (line.split(":", 2) for line in text.splitlines())
    return {name: path for _, names, path in lines for name in names.split(",")}


def _mounts(text: str) -> dict[str, tuple[str, Path]]:
    """By controller: the group that the mount shows as its root, and the mount point."""
    found = {}
    for line in text.splitlines():
        head, _, tail = line.partition(" - ")
        root, mount_point = head.split()[3:5]
        kind, _, options = tail.split(maxsplit=2)
        if kind == "cgroup2":
            found[""] = (root, Path(mount_point))
        elif kind == "cgroup":
            names = options.split(",")
            found |= {name: (root, Path(mount_point)) for name in names if name not in ("rw", "ro")}
    return found


def _own_folder(mount: tuple[str, Path], group: str) -> Path | None:
    root, mount_point = mount
    inside = os.path.relpath(group, root)
    folder = mount_point if inside.startswith("..") else mount_point / inside
    return folder if folder.is_dir() else None


def _folder_above(mount: tuple[str, Path], group: str) -> Path | None:
    own = _own_folder(mount, group)
    return None if own is None or own == mount[1] else own.parent


def _works(found: tuple[Parent, ...]) -> bool:
    try:
        with (
            contextlib.closing(ControlGroup(found, ResourceLimits())) as group,
            subprocess.Popen([interpreter(), "-I", "-S", "-c", _WAIT]) as process,  # noqa: S603
        ):
            try:
                group.add(process.pid)
            finally:
                process.kill()
    except OSError:
        return False
    return True


def remove_abandoned() -> None:
    """Remove the groups of graders that were killed, and kill their processes."""
    for parent in parents():
        own = _own_prefix()
        for folder in parent.folder.glob(f"{own}*"):
            grader = folder.name.removeprefix(own).partition("-")[0]
            if grader.isdigit() and not Path("/proc", grader).exists():
                _remove(folder, _ABANDONED_SECONDS)
