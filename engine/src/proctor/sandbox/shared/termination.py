"""Why a notebook's kernel ended."""

from __future__ import annotations

from dataclasses import dataclass

from proctor.sandbox.shared.limits import ResourceLimits


@dataclass(frozen=True)
class Termination:
    """Why a notebook's kernel ended.

    Attributes:
        reason: In words, as the student reads them.
        timed_out: Whether its time was up.
    """

    reason: str
    timed_out: bool = False


def out_of_time(limits: ResourceLimits) -> str:
    """The words for a notebook that computed too long."""
    return f"the notebook used more than {limits.cpu_seconds} seconds of processor time"


def out_of_wall_time(limits: ResourceLimits) -> str:
    """The words for a notebook that did not come to its end."""
    return f"the notebook had not ended after {limits.wall_seconds} seconds"


def out_of_memory(limits: ResourceLimits) -> str:
    """The words for a notebook that took too much memory."""
    return f"the notebook used more than {limits.memory_mib} MiB of memory"
