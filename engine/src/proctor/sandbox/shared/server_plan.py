"""How a fork server is started."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from proctor.sandbox.shared.mounts import Mounts
from proctor.sandbox.shared.strength import Kind

SOCKETS = "sockets"
"""In the folder of a server or zygote: the folder of its kernels' sockets."""


@dataclass(frozen=True)
class Plan:
    """How a fork server is started; two equal plans can share one.

    Attributes:
        kind: The sandbox that its notebooks run in.
        preload: Modules that it imports.
        view: What it sees.
        environment: Its environment variables.
        scratch_mib: MiB of each file system that can be written.
        start_seconds: Seconds that the imports may take.
        idle_seconds: Seconds without work after which it ends; 0: never.
        alone: Whether no other notebook of the grader's runs on the machine at the same time.
    """

    kind: Kind
    preload: tuple[str, ...]
    view: Mounts
    environment: tuple[tuple[str, str], ...]
    scratch_mib: int
    start_seconds: int
    idle_seconds: int
    alone: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the plan, in hexadecimal: the same for equal plans in all processes."""
        return hashlib.sha256(repr(self).encode()).hexdigest()
