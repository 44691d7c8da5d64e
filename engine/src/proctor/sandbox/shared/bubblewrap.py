"""Bubblewrap's command lines: what surrounds fork servers and zygotes."""

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
    first_blocked,
    open_to_all,
    reserve_user,
)
from proctor.sandbox.shared.limits import MIB
from proctor.sandbox.shared.mounts import SOCKETS, own_file_systems
from proctor.sandbox.shared.server_config import SOCKETS_FOLDER, Plan

_STUDENT = "student:x:{user}:{group}:student:/scratch/home:/bin/sh\n"
_ACCOUNTS = "passwd"
_ALL_BUT_PROCESSES = (
    *("--unshare-user", "--unshare-ipc", "--unshare-net", "--unshare-uts"),
    "--unshare-cgroup-try",
)


@contextmanager
def wrap_server(
    plan: Plan, folder: Path, user: ReservedUser | None = None
) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """What surrounds a server of its own.

    Args:
        plan: How the server is started.
        folder: A folder of the grader's with a folder ``sockets`` in it.
        user: As whom it is run, if not as the grader.

    Yields:
        The command line without the program that it runs, and the descriptors that it needs.

    Raises:
        CourseError: There is no bubblewrap.
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


def wrap_zygote(plan: Plan, folder: Path, user: ReservedUser | None = None) -> list[str]:
    """What surrounds a zygote, from which no student's code descends that has not left it.

    It keeps the grader's process namespace: in one of its own it could not give each of its
    servers another ``/proc`` (see ``mount_too_revealing`` in Linux's ``fs/namespace.c``).

    Args:
        plan: How its servers are started.
        folder: As for `wrap_server`.
        user: As for `wrap_server`.

    Raises:
        CourseError: There is no bubblewrap.
    """
    files = _files(plan, folder, own_processes=False)
    return [*as_user(user, plan, folder), bwrap(), *_ALL_BUT_PROCESSES, *SAME, *files, "--"]


def nested_sandbox(sockets: str, scratch_bytes: int, told: int) -> list[str]:
    """What surrounds a server that is forked from a zygote; run by the zygote.

    Its first process waits for the end of its input, and the sandbox ends with it.

    Args:
        sockets: Name of the folder of its sockets among those of all servers.
        scratch_bytes: Size of each file system that can be written.
        told: Descriptor on which the process id of that first process is told.

    Raises:
        CourseError: There is no bubblewrap.
    """
    command = [*sealed(), "--as-pid-1", "--info-fd", str(told)]
    command += ["--ro-bind", "/", "/", *own_file_systems(scratch_bytes)]
    command += ["--bind", str(SOCKETS / sockets), str(SOCKETS), "--remount-ro", "/"]
    # A line says that all of the above is done.
    return [*command, "--", "/bin/sh", "-c", "echo && exec cat"]


def reserve_for(plan: Plan, folder: Path) -> ReservedUser | None:
    """A user as whom a grader who is root runs its servers; None where that is not possible.

    Args:
        plan: How they are started.
        folder: As for `wrap_server`; its sockets then belong to the user.
    """
    # What only root can read, notebooks of another user would find missing.
    user = reserve_user() if open_to_all(tuple(plan.mounts.sources())) else None
    if user is None:
        return None
    os.chown(folder / SOCKETS_FOLDER, user.uid, user.uid)
    _write_accounts(folder)
    command = [*as_user(user, plan, folder), *sealed(), "--ro-bind", "/", "/", "--proc", "/proc"]
    command += ["--", interpreter(), "-I", "-S", "-c", ""]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:  # noqa: S603
        return user
    user.close()
    os.chown(folder / SOCKETS_FOLDER, os.geteuid(), os.getegid())
    return None


def as_user(user: ReservedUser | None, plan: Plan, folder: Path) -> list[str]:
    """A command line in front of one of ours, which a grader who is root runs as somebody else.

    Bubblewrap then has no right of root's, and what runs in the sandbox none either, whatever the
    sandbox lets through. What the sandbox shows may lie in folders of root's alone; a first
    bubblewrap therefore shows it in folders that everybody may pass through.

    Args:
        user: The user; None: nothing is put in front.
        plan: How the server is started.
        folder: As for `wrap_server`.

    Raises:
        CourseError: There is no bubblewrap.
    """
    if user is None:
        return []
    command = [bwrap(), "--die-with-parent", "--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    command += ["--bind", "/proc", "/proc"]
    sockets = (folder / SOCKETS_FOLDER).resolve()
    needed = [*plan.mounts.sources(), folder / _ACCOUNTS, sockets, Path(interpreter()).parent]
    places = {path.resolve() for path in needed}
    blocked = {path: top for path in places if (top := first_blocked(path)) is not None}
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
