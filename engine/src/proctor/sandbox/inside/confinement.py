"""How a kernel gives up what it does not need, before it runs a line of a notebook's code.

In namespaces this is the last of several layers: Landlock keeps the kernel from the server that
forked it. Confined, without namespaces, it is all there is: Landlock for files, a filter of system
calls for what Landlock does not cover, and where the grader is root a user id for each notebook.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proctor.sandbox.inside.scratch import PARTS
from proctor.sandbox.linux.capabilities import give_up
from proctor.sandbox.linux.landlock import SCOPING_ABI, Allowed, Domain, landlock_abi
from proctor.sandbox.linux.process_state import open_descriptors
from proctor.sandbox.linux.processes import tasks_of
from proctor.sandbox.linux.seccomp import refuse_system_calls
from proctor.sandbox.linux.shared_memory import SHARED_MEMORY
from proctor.sandbox.linux.syscall_rules import BASE, PRETENDED, confined
from proctor.sandbox.linux.users import become
from proctor.sandbox.shared.mounts import SYSTEM_FILES, SYSTEM_FOLDERS
from proctor.sandbox.shared.server_config import ServerConfig

_DEVICES = ("null", "zero", "full", "random", "urandom")
_IN_NAMESPACES = ("tty", "shm")
"""What a sandbox's own ``/dev`` has besides."""
_OWN = (
    "auxv", "cgroup", "cmdline", "comm", "environ", "fd", "fdinfo", "io", "limits",
    "maps", "mountinfo", "mounts", "oom_adj", "oom_score", "oom_score_adj", "sched",
    "schedstat", "smaps", "smaps_rollup", "stat", "statm", "status", "wchan",
)  # fmt: skip
"""In ``/proc/self``. Not ``net``, where the names of all sockets of the machine stand, so that
notebooks could tell each other something; not ``task``, which has it, too; and no links to folders,
which would be allowed in their place."""
_ABOUT_THE_MACHINE = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems",
    "/proc/loadavg", "/proc/uptime", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/ostype",
    "/proc/sys/kernel/version", "/proc/sys/kernel/pid_max", "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu", "/sys/devices/system/node",
)  # fmt: skip


@dataclass(frozen=True)
class Confinement:
    """What holds for one kernel.

    Attributes:
        config: Those of its server.
        user: A user id of its own, if it has one.
        reading: Whether that user may read whatever Landlock allows, against the files' modes.
    """

    config: ServerConfig
    user: int | None = None
    reading: bool = False

    @property
    def shared_memory(self) -> bool:
        """Whether it may use the machine's shared memory.

        Files there are told by their owner. Their names are the same for all, so that of two
        notebooks one could take a name before the other, or leave it something to read.
        """
        config = self.config
        own_files = self.user is not None and not self.reading
        return (
            config.kind == "confined" and config.exclusive and own_files and SHARED_MEMORY.is_dir()
        )

    @property
    def counted(self) -> bool:
        """Whether the kernel counts its processes apart from those of others."""
        return self.config.kind == "namespaces" or self.user is not None

    def others(self) -> int | None:
        """Tasks of the grader's user, where the kernel counts the notebook's with them."""
        if self.config.kind != "confined" or self.counted or os.geteuid() == 0:
            return None
        return tasks_of(os.geteuid())

    def enter(self, sockets: Path) -> None:
        """Confine this process and all its future children.

        To be called while there is one thread.

        Args:
            sockets: The folder in which the kernel binds its sockets.

        Raises:
            OSError: The system refused.
        """
        close_descriptors()
        if self.config.kind == "namespaces":
            self._in_namespaces(sockets)
        elif self.config.kind == "confined":
            self._confined(sockets)

    def _in_namespaces(self, sockets: Path) -> None:
        if landlock_abi() >= SCOPING_ABI:
            devices = _there(Path("/dev") / name for name in (*_DEVICES, *_IN_NAMESPACES))
            write = (*self._folders(), *devices)
            Domain(Allowed(read=(Path("/"),), write=write, sockets=(sockets,))).enter()
        if self.config.root_outside:
            refuse_system_calls(PRETENDED)

    def _confined(self, sockets: Path) -> None:
        abi = landlock_abi()
        # Looked up with the rights of now: what the files' modes allow is the user's concern.
        domain = Domain(self._allowed(sockets))
        if self.user is None:
            give_up()
        else:
            become(self.user, reading=self.reading)
        domain.enter()
        signals_reach = abi < SCOPING_ABI and self.user is None
        rules = confined(landlock=abi, process=os.getpid() if signals_reach else None)
        shares_owner = self.user is None or self.reading
        refuse_system_calls((*rules, *(PRETENDED if shares_owner else ()), *BASE))

    def _allowed(self, sockets: Path) -> Allowed:
        config = self.config
        own = _there(Path("/proc/self") / name for name in _OWN)
        system = (*SYSTEM_FOLDERS, *SYSTEM_FILES, *map(Path, _ABOUT_THE_MACHINE))
        return Allowed(
            read=(*_there(system), *_there(config.read), config.given, *own),
            list=tuple(_there(config.list)),
            write=(*self._folders(), *_there(Path("/dev") / name for name in _DEVICES)),
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


def close_descriptors() -> None:
    """Close all files but the standard ones; the server's are none of a kernel's business."""
    for number in open_descriptors():
        if number > 2:
            # The one through which they were listed is closed already.
            with contextlib.suppress(OSError):
                os.close(number)


def _there(paths: Iterator[Path] | tuple[Path, ...]) -> Iterator[Path]:
    return (path for path in paths if path.exists())
