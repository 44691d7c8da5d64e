"""How a kernel gives up the rights that it does not need, before it runs any notebook code.

In namespaces this is the last of several layers: Landlock keeps the kernel away from the server
that forked it. Confined, without namespaces, there are no other layers: Landlock for files, a
system call filter for what Landlock does not cover, and, if the grader is root, a UID for each
notebook.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from proctor.sandbox.inside.scratch import PARTS
from proctor.sandbox.linux.capabilities import give_up
from proctor.sandbox.linux.landlock import SCOPING_ABI, Allowed, Domain, landlock_abi
from proctor.sandbox.linux.process_state import open_descriptors
from proctor.sandbox.linux.processes import tasks_of
from proctor.sandbox.linux.seccomp import refuse_system_calls
from proctor.sandbox.linux.shared_memory import SHARED_MEMORY
from proctor.sandbox.linux.syscall_rules import BASE, SILENTLY_IGNORED, confined
from proctor.sandbox.linux.users import become
from proctor.sandbox.shared.mounts import SYSTEM_FILES, SYSTEM_FOLDERS
from proctor.sandbox.shared.server_config import ServerConfig

_DEVICES = ("null", "zero", "full", "random", "urandom")
_IN_NAMESPACES = ("tty", "shm")
"""Further entries of a sandbox's own ``/dev``."""
_PROC_SELF = (
    "auxv", "cgroup", "cmdline", "comm", "environ", "fd", "fdinfo", "io", "limits",
    "maps", "mountinfo", "mounts", "oom_adj", "oom_score", "oom_score_adj", "sched",
    "schedstat", "smaps", "smaps_rollup", "stat", "statm", "status", "wchan",
)  # fmt: skip
"""Entries of ``/proc/self``. Not ``net``, which lists the names of all sockets of the machine, so
that notebooks could communicate; not ``task``, which contains it, too; and no links to folders,
since their targets would be allowed instead."""
_MACHINE_INFO = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems",
    "/proc/loadavg", "/proc/uptime", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/ostype",
    "/proc/sys/kernel/version", "/proc/sys/kernel/pid_max", "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu", "/sys/devices/system/node",
)  # fmt: skip


@dataclass(frozen=True)
class Confinement:
    """How one kernel is confined.

    Attributes:
        config: Configuration of its server.
        user: Its own UID, if it has one.
        reading: Whether that user may read whatever Landlock allows, regardless of file modes.
    """

    config: ServerConfig
    user: int | None = None
    reading: bool = False

    @property
    def shared_memory(self) -> bool:
        """Whether it may use the machine's shared memory.

        Files there are told apart by their owner. All notebooks share the names, so that one of
        two notebooks could take a name before the other, or leave data for it.
        """
        config = self.config
        own_files = self.user is not None and not self.reading
        return (
            config.kind == "confined" and config.exclusive and own_files and SHARED_MEMORY.is_dir()
        )

    @property
    def counted(self) -> bool:
        """Whether Linux counts its processes separately from those of others."""
        return self.config.kind == "namespaces" or self.user is not None

    def others(self) -> int | None:
        """Number of tasks of the grader's user, where Linux counts the notebook's among them."""
        if self.config.kind != "confined" or self.counted or os.geteuid() == 0:
            return None
        return tasks_of(os.geteuid())

    def enter(self, sockets: Path, kept: Collection[int] = ()) -> None:
        """Confine this process and all its future children.

        Must be called while there is a single thread.

        Args:
            sockets: The folder in which the kernel binds its sockets.
            kept: Descriptors that stay open besides the standard ones.

        Raises:
            OSError: The system refused.
        """
        close_descriptors(kept)
        if self.config.kind == "namespaces":
            self._in_namespaces(sockets)
        elif self.config.kind == "confined":
            self._confined(sockets)

    def _in_namespaces(self, sockets: Path) -> None:
        if landlock_abi() >= SCOPING_ABI:
            devices = _existing(Path("/dev") / name for name in (*_DEVICES, *_IN_NAMESPACES))
            write = (*self._folders(), *devices)
            Domain(Allowed(read=(Path("/"),), write=write, sockets=(sockets,))).enter()
        if self.config.root_outside:
            refuse_system_calls(SILENTLY_IGNORED)

    def _confined(self, sockets: Path) -> None:
        abi = landlock_abi()
        # Opened with the current rights; file modes still apply to the user afterwards.
        domain = Domain(self._allowed(sockets))
        if self.user is None:
            give_up()
        else:
            become(self.user, reading=self.reading)
        domain.enter()
        signals_reach = abi < SCOPING_ABI and self.user is None
        rules = confined(landlock=abi, process=os.getpid() if signals_reach else None)
        shares_owner = self.user is None or self.reading
        refuse_system_calls((*rules, *(SILENTLY_IGNORED if shares_owner else ()), *BASE))

    def _allowed(self, sockets: Path) -> Allowed:
        config = self.config
        own = _existing(Path("/proc/self") / name for name in _PROC_SELF)
        system = (*SYSTEM_FOLDERS, *SYSTEM_FILES, *map(Path, _MACHINE_INFO))
        return Allowed(
            read=(*_existing(system), *_existing(config.read), config.given, *own),
            list=tuple(_existing(config.list)),
            write=(*self._folders(), *_existing(Path("/dev") / name for name in _DEVICES)),
            sockets=(sockets,),
            memory=(SHARED_MEMORY,) if self.shared_memory else (),
            tcp=False,
        )

    def _folders(self) -> tuple[Path, ...]:
        return tuple(self.config.scratch / part for part in PARTS)

    def describe(self) -> str:
        """Description of the layers, for reports."""
        abi = landlock_abi()
        kind = self.config.kind
        if kind == "none":
            return "none"
        if kind == "namespaces":
            layers = ["bubblewrap", "Landlock" if abi >= SCOPING_ABI else "anew for each notebook"]
            owner = "" if not self.config.root_outside else "root outside"
        else:
            layers = ["Landlock", "seccomp"]
            owner = "" if self.user is None else "a user id for each notebook"
        return f"{kind} ({', '.join(filter(None, [*layers, owner]))})"


def close_descriptors(kept: Collection[int] = ()) -> None:
    """Close all descriptors but the standard ones; a kernel must not inherit the server's."""
    for number in open_descriptors():
        if number > 2 and number not in kept:
            # The descriptor through which they were listed is closed already.
            with contextlib.suppress(OSError):
                os.close(number)


def _existing(paths: Iterator[Path] | tuple[Path, ...]) -> Iterator[Path]:
    return (path for path in paths if path.exists())
