"""Check whether a machine is fit for grading: one finding per fact, with a remedy if needed."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

import proctor
from proctor.errors import CourseError, first_line
from proctor.grading.gradebook.database import without_password
from proctor.sandbox.host.cgroups import parents
from proctor.sandbox.linux.landlock import SCOPING_ABI, landlock_abi
from proctor.sandbox.linux.seccomp import is_supported
from proctor.sandbox.linux.users import first_unreadable, reserve_user
from proctor.sandbox.shared.limits import MIB
from proctor.sandbox.shared.strength import Asked, problem_with, resolve, stronger_sandbox_hint

_PACKAGES = ("nbgrader", "nbclient", "jupyter_client", "ipykernel", "nbformat")
_OPTIONAL = ("distributed", "psycopg2-binary")
_GIB = 1024 * MIB
_LOW_DISK_BYTES = 2 * _GIB
"""Bytes of free disk space below which a note is given; a class needs slightly less."""


def system() -> Finding:
    """Report kernel, Python version and number of processors."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding(
        "system",
        f"{platform.system()} {platform.release()} {platform.machine()}, Python "
        f"{platform.python_version()}, {cores} processors",
    )


def versions() -> Finding:
    """Report the versions of the engine and of the packages that it depends on."""
    found = [f"proctor {proctor.__version__}"]
    found += [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    for name in _OPTIONAL:
        with suppress(importlib.metadata.PackageNotFoundError):
            found.append(f"{name} {importlib.metadata.version(name)}")
    return Finding("versions", ", ".join(found))


def memory(per_notebook_mib: int) -> Finding:
    """Compare the free memory with the memory limit of a notebook.

    Args:
        per_notebook_mib: The limit; 0 means none.
    """
    free = min(psutil.virtual_memory().available, _free_in_group())
    value = f"{free / _GIB:.1f} GiB free; a notebook may take {per_notebook_mib / 1024:.1f} GiB"
    if free < per_notebook_mib * MIB:
        remedy = "lower c.Sandbox.memory_mib, grade with --jobs=1, or take a larger machine"
        return Finding("memory", value, "note", remedy)
    return Finding("memory", value)


def _free_in_group() -> float:
    """Return the bytes left in this process's control group, such as a container's; may be inf."""
    for most, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        try:
            return int(Path(most).read_text()) - int(Path(used).read_text())
        # Version 2 has "max" where there is no limit.
        except (OSError, ValueError):
            continue
    return float("inf")


def disks(course: Path) -> Iterator[Finding]:
    """Report the free disk space for the course and for temporary files.

    Args:
        course: The course folder.
    """
    for name, folder in (("course", course), ("temporary files", Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(folder).free
        value = f"{folder}: {free / _GIB:.1f} GiB free"
        if not os.access(folder, os.W_OK):
            remedy = "give the grader the right to write there"
            yield Finding(f"disk for {name}", f"{folder}: not writable", "problem", remedy)
        elif free < _LOW_DISK_BYTES:
            yield Finding(f"disk for {name}", value, "note", "make room there")
        else:
            yield Finding(f"disk for {name}", value)


def database(db_url: str) -> Finding:
    """Check that the gradebook's database is reachable; a missing one is not created.

    Args:
        db_url: SQLAlchemy URL of the database.
    """
    words = without_password(db_url)
    try:
        address = make_url(db_url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            return Finding("gradebook", f"{words}: made at the first release")
        engine = create_engine(db_url)
        inspect(engine).get_table_names()
        engine.dispose()
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        text = first_line(getattr(error, "orig", None) or error)[:200]
        remedy = "check that the database exists and that its package is installed"
        return Finding("gradebook", f"{words}: {text}", "problem", remedy)
    return Finding("gradebook", f"{words}: answers")


Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One fact about a machine.

    Attributes:
        name: What it is about.
        value: What was found, as text.
        level: ok, note (grading works, but could be better) or problem (grading does not work).
        remedy: What to install or set; empty if nothing needs to be done.
    """

    name: str
    value: str
    level: Level = "ok"
    remedy: str = ""


def sandboxes(asked: Asked) -> Iterator[Finding]:
    """Report the available sandbox features, and then the sandbox that will be used.

    Args:
        asked: The course's sandbox options.
    """
    yield _bubblewrap()
    yield _namespaces()
    yield _landlock()
    yield _seccomp()
    yield _control_groups()
    yield _user()
    yield _selected_sandbox(asked)


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
        return Finding("user namespaces", "available")
    if shutil.which("bwrap") is None:
        return Finding("user namespaces", "unknown without bubblewrap", "note")
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
        return Finding("control groups", "available: hard limits on memory and processes")
    return Finding(
        "control groups",
        "not available; memory and processes are checked ten times a second",
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
        closed = first_unreadable((Path(sys.prefix), Path(sys.base_prefix)))
        if closed is None:
            return Finding("user", "root; notebooks run as users of their own")
        remedy = f"let everybody read it: chmod -R a+rX '{closed}'"
        value = f"root; notebooks keep root's id outside, since only root can read {closed}"
        return Finding("user", value, "note", remedy)
    remedy = "grade as an ordinary user, or keep the capabilities SETUID, SETGID, CHOWN and KILL"
    return Finding("user", "root, who can't run notebooks as other users here", "note", remedy)


def _selected_sandbox(asked: Asked) -> Finding:
    try:
        kind = resolve(asked)
    except CourseError as error:
        return Finding("sandbox", error.problem, "problem", error.remedy)
    if kind == "none":
        return Finding(
            "sandbox", "none, as the options ask for it", "problem", "set --sandbox auto"
        )
    lacking = stronger_sandbox_hint(kind)
    return Finding("sandbox", kind, "ok" if lacking is None else "note", lacking or "")
