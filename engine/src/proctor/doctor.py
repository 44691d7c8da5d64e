"""What a machine offers for grading: one finding per fact, with what to do where it falls short."""

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
from proctor.errors import CourseError
from proctor.grading.gradebook.database import database_in_words
from proctor.sandbox.host.cgroups import parents
from proctor.sandbox.linux.landlock import SCOPING_ABI, landlock_abi
from proctor.sandbox.linux.seccomp import is_supported
from proctor.sandbox.linux.users import first_closed, reserve_user
from proctor.sandbox.shared.limits import MIB
from proctor.sandbox.shared.strength import Asked, problem_with, resolve, stronger

_PACKAGES = ("nbgrader", "nbclient", "jupyter_client", "ipykernel", "nbformat")
_OPTIONAL = ("distributed", "psycopg2-binary")
_GIB = 1024 * MIB
_LITTLE = 2 * _GIB
"""Bytes on a disk; what a class leaves behind is less, but not by much."""


def system() -> Finding:
    """Kernel, Python and processors."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding(
        "system",
        f"{platform.system()} {platform.release()} {platform.machine()}, Python "
        f"{platform.python_version()}, {cores} processors",
    )


def versions() -> Finding:
    """The engine's, and those of the packages that it stands on."""
    found = [f"proctor {proctor.__version__}"]
    found += [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    for name in _OPTIONAL:
        with suppress(importlib.metadata.PackageNotFoundError):
            found.append(f"{name} {importlib.metadata.version(name)}")
    return Finding("versions", ", ".join(found))


def memory(per_notebook_mib: int) -> Finding:
    """Memory that is free, beside what one notebook may take.

    Args:
        per_notebook_mib: The limit; 0: there is none.
    """
    free = min(psutil.virtual_memory().available, _free_in_group())
    value = f"{free / _GIB:.1f} GiB free; a notebook may take {per_notebook_mib / 1024:.1f} GiB"
    if free < per_notebook_mib * MIB:
        remedy = "lower c.Sandbox.memory_mib, grade with --jobs=1, or take a larger machine"
        return Finding("memory", value, "note", remedy)
    return Finding("memory", value)


def _free_in_group() -> float:
    """What the control group leaves that this process is in, as in a container; endless if all."""
    for most, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        try:
            return int(Path(most).read_text()) - int(Path(used).read_text())
        # Version 2 writes "max" where there is no limit.
        except (OSError, ValueError):
            continue
    return float("inf")


def disks(course: Path) -> Iterator[Finding]:
    """Room for the course and for temporary files.

    Args:
        course: The course folder.
    """
    for name, folder in (("course", course), ("temporary files", Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(folder).free
        value = f"{folder}: {free / _GIB:.1f} GiB free"
        if not os.access(folder, os.W_OK):
            remedy = "give the grader the right to write there"
            yield Finding(f"disk for {name}", f"{folder}: not writable", "problem", remedy)
        elif free < _LITTLE:
            yield Finding(f"disk for {name}", value, "note", "make room there")
        else:
            yield Finding(f"disk for {name}", value)


def database(db_url: str) -> Finding:
    """Whether the gradebook's database answers; nothing is made that is not there.

    Args:
        db_url: Its address, as SQLAlchemy takes it.
    """
    words = database_in_words(db_url)
    try:
        address = make_url(db_url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            return Finding("gradebook", f"{words}: made at the first release")
        engine = create_engine(db_url)
        inspect(engine).get_table_names()
        engine.dispose()
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0][:200]
        remedy = "see that the database is there and that its package is installed"
        return Finding("gradebook", f"{words}: {said}", "problem", remedy)
    return Finding("gradebook", f"{words}: answers")


Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One fact about a machine.

    Attributes:
        name: What it is about.
        value: What was found, in words.
        level: ok; note: grading works, but could be better; problem: it does not work.
        remedy: What to install or set; empty where there is nothing to do.
    """

    name: str
    value: str
    level: Level = "ok"
    remedy: str = ""


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
