"""Which sandboxes work on a machine, and what they are made of."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from proctor.doctor.finding import Finding
from proctor.errors import CourseError
from proctor.sandbox.host.cgroups import parents
from proctor.sandbox.linux.landlock import SCOPING_ABI, landlock_abi
from proctor.sandbox.linux.seccomp import is_supported
from proctor.sandbox.linux.users import first_closed, reserve_user
from proctor.sandbox.shared.strength import Asked, problem_with, resolve, stronger


def sandboxes(asked: Asked) -> Iterator[Finding]:
    """What there is, from the parts to the sandbox that will be used.

    Args:
        asked: What the course's options say.
    """
    yield _bubblewrap()
    yield _namespaces()
    yield _landlock()
    yield _seccomp()
    yield _control_groups()
    yield _user()
    yield _used(asked)


def _bubblewrap() -> Finding:
    found = shutil.which("bwrap")
    if found is None:
        remedy = "apt install bubblewrap, or dnf install bubblewrap"
        return Finding("bubblewrap", "not installed", "note", remedy)
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    return Finding("bubblewrap", done.stdout.strip() or "installed")


def _namespaces() -> Finding:
    problem = problem_with("namespaces")
    if problem is None:
        return Finding("user namespaces", "may be made")
    if shutil.which("bwrap") is None:
        return Finding("user namespaces", "can't be told without bubblewrap", "note")
    return Finding(
        "user namespaces",
        problem,
        "note",
        "set the sysctls user.max_user_namespaces above 0 and, where they are there, "
        "kernel.unprivileged_userns_clone to 1 and kernel.apparmor_restrict_unprivileged_userns "
        "to 0; in a container: --security-opt seccomp=unconfined",
    )


def _landlock() -> Finding:
    abi = landlock_abi()
    if abi == 0:
        remedy = "Linux 5.13 or newer, with landlock among the kernel's lsm= modules"
        return Finding("Landlock", "not offered by this kernel", "note", remedy)
    if abi < SCOPING_ABI:
        older = f"ABI {abi}; from ABI {SCOPING_ABI} on a server outlives its notebooks"
        return Finding("Landlock", older, "note", "Linux 6.12 or newer: grading is faster there")
    return Finding("Landlock", f"ABI {abi}")


def _seccomp() -> Finding:
    machine = platform.machine()
    if is_supported() and Path("/proc/sys/kernel/seccomp").exists():
        return Finding("seccomp", f"there is a filter for {machine}")
    return Finding("seccomp", f"no filter of system calls for {machine}", "note")


def _control_groups() -> Finding:
    if parents():
        return Finding("control groups", "may be made: hard limits on memory and processes")
    return Finding(
        "control groups",
        "may not be made; memory and processes are looked at ten times a second",
        "note",
        "give the grader a cgroup of its own (systemd-run --user --scope -p Delegate=yes), or "
        "mount /sys/fs/cgroup writable in its container",
    )


def _user() -> Finding:
    if os.geteuid() != 0:
        return Finding("user", f"an ordinary one ({os.geteuid()})")
    user = reserve_user()
    if user is not None:
        user.close()
        closed = first_closed((Path(sys.prefix), Path(sys.base_prefix)))
        if closed is None:
            return Finding("user", "root; notebooks run as users of their own")
        remedy = f"let everybody read it: chmod -R a+rX '{closed}'"
        value = f"root; notebooks keep root's id outside, since only root can read {closed}"
        return Finding("user", value, "note", remedy)
    remedy = "grade as an ordinary user, or keep the capabilities SETUID, SETGID, CHOWN and KILL"
    return Finding("user", "root, who can't run notebooks as other users here", "note", remedy)


def _used(asked: Asked) -> Finding:
    try:
        kind = resolve(asked)
    except CourseError as error:
        return Finding("sandbox", error.found, "problem", error.remedy)
    if kind == "none":
        return Finding(
            "sandbox", "none, as the options ask for it", "problem", "set --sandbox auto"
        )
    lacking = stronger(kind)
    return Finding("sandbox", kind, "ok" if lacking is None else "note", lacking or "")
