"""Enter an existing sandbox, as `nsenter(1)` does, and keep no rights in it.

Bubblewrap makes sandboxes, but only starts new programs in them; a server that is forked from a
process with all imports done has to enter by itself. `setns(2)` is called with ctypes: Python wraps
it from 3.12 on.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from functools import lru_cache

from proctor.errors import CourseError
from proctor.sandbox.linux.capabilities import checked, give_up

# CLONE_NEWNET, NEWPID, NEWUSER, NEWIPC, NEWUTS, NEWCGROUP and NEWNS of <linux/sched.h>.
_NAMESPACES = (
    0x40000000 | 0x20000000 | 0x10000000 | 0x08000000 | 0x04000000 | 0x02000000 | 0x00020000
)


def enter(process: int) -> None:
    """Join all namespaces of a process; children forked afterwards are in its PID namespace.

    Must be called while there is a single thread. This process has no capabilities afterwards, and
    can't regain any if ``no_new_privs`` is set.

    Args:
        process: PID of a process of the sandbox, in a user namespace below this process's own.

    Raises:
        OSError: The kernel refused.
    """
    handle = os.pidfd_open(process)
    try:
        checked("setns", ctypes.c_int(handle), ctypes.c_int(_NAMESPACES))
    finally:
        os.close(handle)
    os.chdir("/")
    give_up()


USER = "1000"
"""UID and GID inside the sandbox."""
SAME = (
    *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    *("--uid", USER, "--gid", USER, "--hostname", "sandbox"),
)
"""Options of every sandbox."""


def bwrap() -> str:
    """Path of bubblewrap.

    Raises:
        CourseError: It is not on the PATH.
    """
    found = shutil.which("bwrap")
    if found is None:
        raise CourseError(
            "bubblewrap (bwrap) was not found on PATH",
            why="it makes the sandbox that notebooks run in",
            where="the PATH",
            remedy="install it (apt install bubblewrap, dnf install bubblewrap), or let notebooks "
            "run in the other sandbox, with --sandbox confined",
        )
    return found


def sealed() -> list[str]:
    """Start of a command line for student code: new namespaces of all kinds, and no nested ones.

    Raises:
        CourseError: See `bwrap`.
    """
    found = bwrap()
    no_more_users = ["--disable-userns"] if "--disable-userns" in _help_text(found) else []
    return [found, "--unshare-all", "--unshare-user", *no_more_users, *SAME]


@lru_cache
def _help_text(found: str) -> str:
    done = subprocess.run([found, "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout + done.stderr
