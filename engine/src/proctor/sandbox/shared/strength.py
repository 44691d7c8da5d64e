"""The kinds of sandbox, and which of them work on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from typing import Literal, cast

from proctor.errors import CourseError
from proctor.programs import interpreter
from proctor.sandbox.linux.landlock import landlock_abi
from proctor.sandbox.linux.namespaces import sealed
from proctor.sandbox.linux.seccomp import is_supported

Kind = Literal["namespaces", "confined", "none"]
"""From the strongest to none at all; see engine/docs/security.md."""
Asked = Literal["auto", "namespaces", "confined", "none"]

_PROBE_SECONDS = 20
_INSTALL = "install bubblewrap (apt install bubblewrap, dnf install bubblewrap)"


def resolve(asked: Asked) -> Kind:
    """Choose the kind of sandbox for this machine.

    Args:
        asked: Value of the option; ``auto`` is the strongest that works, and never ``none``.

    Raises:
        CourseError: The requested sandbox does not work here.
    """
    if asked == "none":
        return "none"
    problems = {kind: problem_with(kind) for kind in _SANDBOXES if asked in ("auto", kind)}
    for kind, problem in problems.items():
        if problem is None:
            return kind
    raise CourseError(
        (
            "no sandbox works on this machine: "
            if asked == "auto"
            else f"the sandbox {asked} does not work on this machine: "
        )
        + "; ".join(f"{kind}: {problem}" for kind, problem in problems.items()),
        why="students' notebooks must not run with the grader's rights",
        where="this machine (see proctor doctor)",
        remedy=f"{_remedy(problems)}; or accept that notebooks run with your own rights, with "
        "--sandbox none",
    )


_SANDBOXES: tuple[Kind, ...] = ("namespaces", "confined")


def _remedy(problems: dict[Kind, str | None]) -> str:
    if "namespaces" not in problems:
        return "use Linux 5.13 or newer with Landlock"
    if shutil.which("bwrap") is None:
        return _INSTALL
    return "allow user namespaces to this user, or use Linux 5.13 or newer with Landlock"


def problem_with(kind: Kind) -> str | None:
    """Why a sandbox does not work on this machine, as text; None if it works."""
    if kind == "namespaces":
        return _namespaces_problem(shutil.which("bwrap"))
    return _confined_problem() if kind == "confined" else None


@lru_cache
def _namespaces_problem(found: str | None) -> str | None:
    if sys.platform != "linux":
        return "it takes Linux"
    if found is None:
        return "no program bwrap"
    # The options of fork servers that the system may refuse.
    command = [*sealed(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    command += ["--", interpreter(), "-I", "-S", "-c", ""]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bwrap can't be run ({error})"
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        if not lines:
            return f"bwrap ends with status {done.returncode}"
        return lines[-1].partition(". See ")[0][:200]
    return None


@lru_cache
def _confined_problem() -> str | None:
    if sys.platform != "linux":
        return "it takes Linux"
    if landlock_abi() == 0:
        return "this kernel offers no Landlock (Linux 5.13 or newer, with it switched on)"
    if not is_supported():
        return f"no filter of system calls is known for processors of type {os.uname().machine}"
    return None


def stronger_sandbox_hint(kind: Kind) -> str | None:
    """One line on what this machine lacks for a stronger sandbox; None if nothing applies."""
    if kind != "confined":
        return None
    problem = problem_with("namespaces")
    if problem is None:
        return None
    how = _INSTALL if shutil.which("bwrap") is None else "allow user namespaces to this user"
    return (
        f"Notebooks run confined (Landlock and seccomp). The stronger sandbox, namespaces, "
        f"does not work here: {problem}. To have it: {how}."
    )


def parse_kind(name: str) -> Asked:
    """Convert an option's value; earlier releases named the sandbox after its program."""
    return cast("Asked", {"bubblewrap": "namespaces"}.get(name, name))
