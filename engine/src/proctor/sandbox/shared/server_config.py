"""How fork servers and zygotes are started, and the configuration that they are sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proctor.sandbox.linux.landlock import SCOPING_ABI, landlock_abi
from proctor.sandbox.shared.mounts import GIVEN, SCRATCH, SOCKETS, Mounts
from proctor.sandbox.shared.strength import Kind


@dataclass(frozen=True)
class ServerConfig:
    """Configuration of a fork server.

    Attributes:
        kind: The sandbox that its notebooks run in.
        scratch: Folder for the notebooks' files, which is wiped between two.
        sockets: Folder below which kernels bind their sockets.
        given: Folder with the assignment's public files.
        preload: Modules to import.
        idle_seconds: Seconds without a request after which it ends; 0: never.
        exclusive: Whether no other notebook of the grader's runs at the same time.
        scratch_mib: MiB of files that a notebook may have, where no file system limits them.
        root_outside: Whether it runs as a user who is root outside of its namespaces.
        read: Where it is confined: folders and files that notebooks may read.
        list: Where it is confined: folders in which they may only see names.
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
        """Whether a process namespace and file systems of its own surround the server."""
        return self.kind == "namespaces"

    @property
    def reusable(self) -> bool:
        """Whether the server is out of its kernels' reach, so that it can outlive a notebook."""
        return self.kind != "namespaces" or landlock_abi() >= SCOPING_ABI

    @classmethod
    def in_namespaces(cls, plan: Plan, *, root_outside: bool) -> ServerConfig:
        """Those of a server in namespaces of its own, as a plan describes them."""
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
        """Those of a server that shares the grader's namespaces, with a folder of its own."""
        scratch, sockets, given = (folder / name for name in ("scratch", "sockets", "given"))
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
        """What is sent to the server."""
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
        """Read what the grader sent."""
        paths = {name: Path(data[name]) for name in ("scratch", "sockets", "given")}
        several = {name: tuple(map(Path, data[name])) for name in ("read", "list")}
        return cls(**{**data, **paths, **several, "preload": tuple(data["preload"])})


@dataclass(frozen=True)
class ZygoteConfig:
    """Configuration of a zygote.

    Attributes:
        plan: Digest of the plan of the servers; a request for another one is refused.
        server: Configuration of each server.
        scratch_bytes: Size of each file system that a server's notebooks can write.
    """

    plan: str
    server: ServerConfig
    scratch_bytes: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ZygoteConfig:
        """Read what the grader sent."""
        return cls(data["plan"], ServerConfig.from_json(data["server"]), data["scratch_bytes"])

    def to_json(self) -> dict[str, Any]:
        """What is sent to the zygote."""
        return {
            "plan": self.plan,
            "server": self.server.to_json(),
            "scratch_bytes": self.scratch_bytes,
        }


SOCKETS_FOLDER = "sockets"
"""In the folder of a server or zygote: the folder of its kernels' sockets."""


@dataclass(frozen=True)
class Plan:
    """How a fork server is started; two equal plans can share one.

    Attributes:
        kind: The sandbox that its notebooks run in.
        preload: Modules that it imports.
        mounts: What it sees.
        environment: Its environment variables.
        scratch_mib: MiB of each file system that can be written.
        start_seconds: Seconds that the imports may take.
        idle_seconds: Seconds without work after which it ends; 0: never.
        exclusive: Whether no other notebook of the grader's runs on the machine at the same time.
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
