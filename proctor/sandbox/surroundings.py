"""What a fork server is told of where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proctor.sandbox.landlock import SHARING_ABI, landlock_abi
from proctor.sandbox.plan import Plan
from proctor.sandbox.view import GIVEN, SCRATCH, SOCKETS


@dataclass(frozen=True)
class Surroundings:
    """Where a server runs, and what it imports there.

    Attributes:
        scratch: Folder for the notebooks' files, which is wiped between two.
        sockets: Folder below which kernels bind their sockets.
        given: Folder with the assignment's public files.
        preload: Modules to import.
        enclosed: Whether a process namespace and file systems of its own surround the server.
        idle_seconds: Seconds without a request after which it ends; 0: never.
    """

    scratch: Path
    sockets: Path
    given: Path
    preload: tuple[str, ...]
    enclosed: bool
    idle_seconds: float

    @property
    def landlock(self) -> bool:
        """Whether kernels confine themselves, so that the server can outlive a notebook."""
        return self.enclosed and landlock_abi() >= SHARING_ABI

    @classmethod
    def sandboxed(cls, plan: Plan) -> Surroundings:
        """Those of a server in the sandbox that a plan describes."""
        return cls(SCRATCH, SOCKETS, GIVEN, plan.preload, True, plan.idle_seconds)

    @classmethod
    def bare(cls, plan: Plan, folder: Path) -> Surroundings:
        """Those of a server without a sandbox, with a folder of its own."""
        scratch, sockets, given = (folder / name for name in ("scratch", "sockets", "given"))
        return cls(scratch, sockets, given, plan.preload, False, plan.idle_seconds)

    def to_json(self) -> dict[str, Any]:
        """What is sent to the server."""
        return {
            "scratch": str(self.scratch),
            "sockets": str(self.sockets),
            "given": str(self.given),
            "preload": self.preload,
            "enclosed": self.enclosed,
            "idle_seconds": self.idle_seconds,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Surroundings:
        """Read what the grader sent."""
        return cls(
            scratch=Path(data["scratch"]),
            sockets=Path(data["sockets"]),
            given=Path(data["given"]),
            preload=tuple(data["preload"]),
            enclosed=data["enclosed"],
            idle_seconds=data["idle_seconds"],
        )
