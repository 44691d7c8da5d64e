"""Clean up after graders that were killed: processes, control groups, files."""

from __future__ import annotations

from contextlib import suppress

from proctor.files.temporary import sweep
from proctor.sandbox.host.cgroups import remove_abandoned
from proctor.sandbox.linux.users import kill_abandoned


def clear_leftovers() -> None:
    """End and remove all leftovers, except those of graders that still run."""
    # Processes first, since they write files.
    end_leftovers()
    sweep()


def end_leftovers() -> None:
    """End leftover processes, and remove their control groups."""
    remove_abandoned()
    with suppress(OSError):
        kill_abandoned()
