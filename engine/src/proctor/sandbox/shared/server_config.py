"""How fork servers and zygotes are started, and the configuration that they receive."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proctor.sandbox.linux.landlock import SCOPING_ABI, landlock_abi
from proctor.sandbox.shared.mounts import GIVEN, SCRATCH, SCRATCH_BELOW, SOCKETS, Mounts
from proctor.sandbox.shared.strength import Kind

SOCKETS_FOLDER = "sockets"
"""Name of the folder, in that of a server or zygote, for its kernels' sockets."""

COURSE_FOLDER = "course"
"""Name of the folder for the course's files, in that of a server without own file systems."""


def scratch_of(folder: Path) -> Path:
    """The scratch folder of a server without file systems of its own, in its folder."""
    return folder / COURSE_FOLDER / SCRATCH_BELOW


@dataclass(frozen=True)
class ServerConfig:
    """Configuration of a fork server.

    Attributes:
        kind: The sandbox that its notebooks run in.
        scratch: Folder for the notebooks' files, which is wiped between notebooks.
        sockets: Folder below which kernels bind their sockets.
        given: Folder with the assignment's public files.
        preload: Modules to import.
        idle_seconds: Seconds without a request after which it exits; 0: never.
        exclusive: Whether no other notebook of this grader runs at the same time.
        scratch_mib: MiB of files that a notebook may have, where no file system limits them.
        root_outside: Whether its user is root outside of its namespaces.
        read: If confined: folders and files that notebooks may read.
        list: If confined: folders that notebooks may only list.
    """

    kind: Kind
    scratch: Path
    sockets: Path
    given: Path
    preload: tuple[str, ...]
    idle_seconds: float
    exclusive: bool = False
    scratch_mib: int = 0
    root_outside: bool = False
    read: tuple[Path, ...] = ()
    list: tuple[Path, ...] = ()

    @property
    def own_namespaces(self) -> bool:
        """Whether the server has its own PID namespace and file systems."""
        return self.kind == "namespaces"

    @property
    def reusable(self) -> bool:
        """Whether its kernels can't reach the server, so that it can serve several notebooks."""
        return self.kind != "namespaces" or landlock_abi() >= SCOPING_ABI

    @classmethod
    def in_namespaces(cls, plan: Plan, *, root_outside: bool) -> ServerConfig:
        """Configuration of a server in its own namespaces, from a plan."""
        return cls(
            kind="namespaces",
            scratch=SCRATCH,
            sockets=SOCKETS,
            given=GIVEN,
            preload=plan.preload,
            idle_seconds=plan.idle_seconds,
            exclusive=plan.exclusive,
            root_outside=root_outside,
        )

    @classmethod
    def in_folder(
        cls, plan: Plan, folder: Path, *, read: tuple[Path, ...] = (), names: tuple[Path, ...] = ()
    ) -> ServerConfig:
        """Configuration of a server in the grader's namespaces, with its own folder."""
        scratch, sockets, given = scratch_of(folder), folder / SOCKETS_FOLDER, folder / "given"
        return cls(
            kind=plan.kind,
            scratch=scratch,
            sockets=sockets,
            given=given,
            preload=plan.preload,
            idle_seconds=plan.idle_seconds,
            exclusive=plan.exclusive,
            scratch_mib=plan.scratch_mib,
            read=read,
            list=names,
        )

    def to_json(self) -> dict[str, Any]:
        """Convert it to the JSON object that is sent to the server."""
        return {
            name: [str(path) for path in value]
            if isinstance(value, tuple)
            else str(value)
            if isinstance(value, Path)
            else value
            for name, value in vars(self).items()
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ServerConfig:
        """Parse the JSON object that the grader sent."""
        paths = {name: Path(data[name]) for name in ("scratch", "sockets", "given")}
        several = {name: tuple(map(Path, data[name])) for name in ("read", "list")}
        return cls(**{**data, **paths, **several, "preload": tuple(data["preload"])})


@dataclass(frozen=True)
class ZygoteConfig:
    """Configuration of a zygote.

    Attributes:
        plan: Digest of the servers' plan; a request for another plan is refused.
        server: Configuration of each server.
        scratch_bytes: Size of each writable file system of a server.
    """

    plan: str
    server: ServerConfig
    scratch_bytes: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ZygoteConfig:
        """Parse the JSON object that the grader sent."""
        return cls(data["plan"], ServerConfig.from_json(data["server"]), data["scratch_bytes"])

    def to_json(self) -> dict[str, Any]:
        """Convert it to the JSON object that is sent to the zygote."""
        return {
            "plan": self.plan,
            "server": self.server.to_json(),
            "scratch_bytes": self.scratch_bytes,
        }


@dataclass(frozen=True)
class Plan:
    """How a fork server is started; equal plans can share a server.

    Attributes:
        kind: The sandbox that its notebooks run in.
        preload: Modules that it imports.
        mounts: What is visible in its sandbox.
        environment: Its environment variables.
        scratch_mib: Size of each writable file system in MiB.
        start_seconds: Seconds that the imports may take.
        idle_seconds: Seconds without work after which it exits; 0: never.
        exclusive: Whether no other notebook of this grader runs on the machine at the same time.
    """

    kind: Kind
    preload: tuple[str, ...]
    mounts: Mounts
    environment: tuple[tuple[str, str], ...]
    scratch_mib: int
    start_seconds: int
    idle_seconds: int
    exclusive: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the plan, in hexadecimal: the same for equal plans in all processes."""
        return hashlib.sha256(repr(self).encode()).hexdigest()
