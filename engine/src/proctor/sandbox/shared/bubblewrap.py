"""Bubblewrap command lines for the sandboxes of fork servers and zygotes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proctor.programs import interpreter
from proctor.sandbox.linux.namespaces import SAME, USER, bwrap, sealed
from proctor.sandbox.linux.seccomp import compiled
from proctor.sandbox.linux.syscall_rules import BASE
from proctor.sandbox.linux.users import (
    AS_USER,
    ReservedUser,
    first_untraversable,
    readable_by_all,
    reserve_user,
)
from proctor.sandbox.shared.limits import MIB
from proctor.sandbox.shared.mounts import SCRATCH, SOCKETS, own_file_systems
from proctor.sandbox.shared.server_config import SOCKETS_FOLDER, Plan

_STUDENT = f"student:x:{{user}}:{{group}}:student:{SCRATCH}/home:/bin/sh\n"
_ACCOUNTS = "passwd"
_ALL_BUT_PROCESSES = (
    *("--unshare-user", "--unshare-ipc", "--unshare-net", "--unshare-uts"),
    "--unshare-cgroup-try",
)


@contextmanager
def server_command_prefix(
    plan: Plan, folder: Path, user: ReservedUser | None = None
) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """Build the sandbox command line of a standalone server.

    Args:
        plan: How the server is started.
        folder: A folder of the grader's that contains a folder ``sockets``.
        user: The user that it runs as, if not the grader's.

    Yields:
        The command line up to the program to run, and the descriptors that it needs.

    Raises:
        CourseError: Bubblewrap is missing.
    """
    command = [*as_user(user, plan, folder), *sealed()]
    filtered = compiled(BASE)
    if filtered is None:
        yield [*command, *_files(plan, folder), "--"], ()
        return
    path = folder / "seccomp"
    path.write_bytes(filtered)
    with path.open("rb") as file:
        filters = ("--seccomp", str(file.fileno()))
        yield [*command, *filters, *_files(plan, folder), "--"], (file.fileno(),)


def zygote_command_prefix(plan: Plan, folder: Path, user: ReservedUser | None = None) -> list[str]:
    """Build the sandbox command line of a zygote; student code never runs in this sandbox.

    It keeps the grader's PID namespace: in one of its own it could not mount a separate ``/proc``
    for each of its servers (see ``mount_too_revealing`` in Linux's ``fs/namespace.c``).

    Args:
        plan: How its servers are started.
        folder: As for `server_command_prefix`.
        user: As for `server_command_prefix`.

    Raises:
        CourseError: Bubblewrap is missing.
    """
    files = _files(plan, folder, own_processes=False)
    return [*as_user(user, plan, folder), bwrap(), *_ALL_BUT_PROCESSES, *SAME, *files, "--"]


def nested_sandbox(sockets: str, scratch_bytes: int, told: int) -> list[str]:
    """Build the sandbox command line of a server forked from a zygote; its shim runs it.

    The first process in the sandbox waits for the end of its input, and the sandbox ends with it.

    Args:
        sockets: Name of its socket folder among those of all servers.
        scratch_bytes: Size of each writable file system.
        told: Descriptor to which bubblewrap writes the PID of that first process.

    Raises:
        CourseError: Bubblewrap is missing.
    """
    command = [*sealed(), "--as-pid-1", "--info-fd", str(told)]
    command += ["--ro-bind", "/", "/", *own_file_systems(scratch_bytes)]
    command += ["--bind", str(SOCKETS / sockets), str(SOCKETS), "--remount-ro", "/"]
    # The line reports that all of the above is done.
    return [*command, "--", "/bin/sh", "-c", "echo && exec cat"]


def reserve_for(plan: Plan, folder: Path) -> ReservedUser | None:
    """Reserve a user for the servers of a grader that is root; None where that is not possible.

    Args:
        plan: How the servers are started.
        folder: As for `server_command_prefix`; its socket folder then belongs to the user.
    """
    # Notebooks of another user could not open files that only root can read.
    user = reserve_user() if readable_by_all(tuple(plan.mounts.sources())) else None
    if user is None:
        return None
    works = False
    try:
        os.chown(folder / SOCKETS_FOLDER, user.uid, user.uid)
        _write_accounts(folder)
        command = [*as_user(user, plan, folder), *sealed(), "--ro-bind", "/", "/"]
        command += ["--proc", "/proc", "--", interpreter(), "-I", "-S", "-c", ""]
        works = subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    finally:
        if not works:
            user.close()
            os.chown(folder / SOCKETS_FOLDER, os.geteuid(), os.getegid())
    return user if works else None


def as_user(user: ReservedUser | None, plan: Plan, folder: Path) -> list[str]:
    """Command line prefix with which a grader that is root runs a command as another user.

    Bubblewrap then has none of root's privileges, and neither has anything in the sandbox,
    whatever the sandbox lets through. Files to mount may lie in folders that only root can
    traverse; an outer bubblewrap therefore mounts them in folders that everybody can traverse.

    Args:
        user: The user; None: the prefix is empty.
        plan: How the server is started.
        folder: As for `server_command_prefix`.

    Raises:
        CourseError: Bubblewrap is missing.
    """
    if user is None:
        return []
    command = [bwrap(), "--die-with-parent", "--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    command += ["--bind", "/proc", "/proc"]
    sockets = (folder / SOCKETS_FOLDER).resolve()
    needed = [*plan.mounts.sources(), folder / _ACCOUNTS, sockets, Path(interpreter()).parent]
    places = {path.resolve() for path in needed}
    blocked = {path: top for path in places if (top := first_untraversable(path)) is not None}
    for top in sorted(set(blocked.values())):
        command += ["--tmpfs", str(top)]
    between = {f for path, top in blocked.items() for f in path.parents if top in f.parents}
    for folder_between in sorted(between):
        command += ["--dir", str(folder_between)]
    for path in sorted(blocked):
        command += ["--ro-bind", str(path), str(path)]
    command += ["--bind", str(sockets), str(sockets), "--cap-add", "ALL", "--"]
    return [*command, interpreter(), "-I", "-S", "-c", AS_USER, str(user.uid)]


def _files(plan: Plan, folder: Path, *, own_processes: bool = True) -> Iterator[str]:
    accounts = _write_accounts(folder)
    return plan.mounts.arguments(
        folder / SOCKETS_FOLDER, accounts, plan.scratch_mib * MIB, own_processes=own_processes
    )


def _write_accounts(folder: Path) -> Path:
    accounts = folder / _ACCOUNTS
    accounts.write_text(_STUDENT.format(user=USER, group=USER))
    accounts.chmod(0o644)
    return accounts
