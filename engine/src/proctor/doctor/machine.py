"""What else a machine has: versions, processors, memory, disk, the gradebook's database."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

import proctor
from proctor.doctor.finding import Finding
from proctor.grading.gradebook.database import database_in_words
from proctor.sandbox.shared.limits import MIB

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
