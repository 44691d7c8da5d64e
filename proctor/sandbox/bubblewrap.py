"""Bubblewrap's command lines: what surrounds fork servers and zygotes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proctor.errors import CourseError
from proctor.sandbox.limits import MIB
from proctor.sandbox.plan import Plan
from proctor.sandbox.seccomp import seccomp_filter
from proctor.sandbox.view import SOCKETS, own_file_systems

_ACCOUNTS = "student:x:{user}:{group}:student:/scratch/home:/bin/sh\n"
_USER = "1000"
_SAME = (
    *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    *("--uid", _USER, "--gid", _USER, "--hostname", "sandbox"),
)
_ALL_BUT_PROCESSES = (
    *("--unshare-user", "--unshare-ipc", "--unshare-net", "--unshare-uts"),
    "--unshare-cgroup-try",
)


@contextmanager
def around_server(plan: Plan, folder: Path) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """What surrounds a server of its own.

    Args:
        plan: How the server is started.
        folder: A folder of the grader's with a folder ``sockets`` in it.

    Yields:
        The command line without the program that it runs, and the descriptors that it needs.

    Raises:
        CourseError: There is no bubblewrap.
    """
    command = _sealed()
    filtered = seccomp_filter()
    if filtered is None:
        yield [*command, *_files(plan, folder), "--"], ()
        return
    path = folder / "seccomp"
    path.write_bytes(filtered)
    with path.open("rb") as file:
        filters = ("--seccomp", str(file.fileno()))
        yield [*command, *filters, *_files(plan, folder), "--"], (file.fileno(),)


def around_zygote(plan: Plan, folder: Path) -> list[str]:
    """What surrounds a zygote, from which no student's code descends that has not left it.

    It keeps the grader's process namespace: in one of its own it could not give each of its
    servers another ``/proc`` (see ``mount_too_revealing`` in Linux's ``fs/namespace.c``).

    Args:
        plan: How its servers are started.
        folder: As for `around_server`.

    Raises:
        CourseError: There is no bubblewrap.
    """
    files = _files(plan, folder, own_processes=False)
    return [_program(), *_ALL_BUT_PROCESSES, *_SAME, *files, "--"]


def inside_zygote(sockets: str, scratch_bytes: int, told: int) -> list[str]:
    """What surrounds a server that is forked from a zygote; run by the zygote.

    Its first process waits for the end of its input, and the sandbox ends with it.

    Args:
        sockets: Name of the folder of its sockets among those of all servers.
        scratch_bytes: Size of each file system that can be written.
        told: Descriptor on which the process id of that first process is told.

    Raises:
        CourseError: There is no bubblewrap.
    """
    command = [*_sealed(), "--as-pid-1", "--info-fd", str(told)]
    command += ["--ro-bind", "/", "/", *own_file_systems(scratch_bytes)]
    command += ["--bind", str(SOCKETS / sockets), str(SOCKETS), "--remount-ro", "/"]
    # A line says that all of the above is done.
    return [*command, "--", "/bin/sh", "-c", "echo && exec cat"]


def _files(plan: Plan, folder: Path, *, own_processes: bool = True) -> Iterator[str]:
    accounts = folder / "passwd"
    accounts.write_text(_ACCOUNTS.format(user=_USER, group=_USER))
    return plan.view.arguments(
        folder / "sockets", accounts, plan.scratch_mib * MIB, own_processes=own_processes
    )


def _sealed() -> list[str]:
    """The start of a command line for student code: namespaces of all kinds, and no further."""
    no_more_users = ["--disable-userns"] if "--disable-userns" in _offered() else []
    return [_program(), "--unshare-all", "--unshare-user", *no_more_users, *_SAME]


def _program() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise CourseError(
            "Notebooks are run in a sandbox that bubblewrap makes.",
            found="no program bwrap",
            where="the PATH",
            remedy="install it (apt install bubblewrap, dnf install bubblewrap), or accept that "
            "notebooks run with your own rights, with --sandbox none",
        )
    return found


def _offered() -> str:
    done = subprocess.run([_program(), "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout + done.stderr
