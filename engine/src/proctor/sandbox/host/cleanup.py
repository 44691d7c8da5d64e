"""What graders leave on a machine that are killed: processes, control groups, files."""

from __future__ import annotations

from contextlib import suppress

from proctor.files.temporary import sweep
from proctor.sandbox.host.cgroups import remove_abandoned
from proctor.sandbox.linux.users import end_abandoned


def clear_leftovers() -> None:
    """End and remove them; what belongs to a grader that runs is left alone."""
    # Processes first, since they write files.
    end_leftovers()
    sweep()


def end_leftovers() -> None:
    """End their processes."""
    remove_abandoned()
    with suppress(OSError):
        end_abandoned()
