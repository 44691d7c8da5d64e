"""Start a server or a zygote as a child of the grader's, in a sandbox or without, and end it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from proctor.interpreter import interpreter
from proctor.sandbox.host.server_handle import END_SECONDS
from proctor.sandbox.shared.server_plan import Plan

ERRORS = "errors"
"""In its folder: what it wrote on its standard error."""


def start(
    module: str,
    plan: Plan,
    folder: Path,
    around: Sequence[str],
    *handed: int,
    needed: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Run a module of this package.

    Args:
        module: Its dotted name.
        plan: It gets this plan's environment variables.
        folder: A folder of the grader's for it.
        around: The command line that surrounds it; empty: nothing does.
        handed: Descriptors that the module is given, as its arguments.
        needed: Further ones, for what surrounds it.
        environment: Variables of its own besides, or in place of the plan's.
    """
    with (folder / ERRORS).open("wb") as errors:
        return subprocess.Popen(  # noqa: S603 - our own command
            [*around, interpreter(), "-P", "-m", module, *map(str, handed)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[*handed, *needed],
            env={**dict(plan.environment), **(environment or {})},
            cwd="/",
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of one whose connection was closed, and end it where it does not."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
