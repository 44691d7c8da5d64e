"""Enter a sandbox that is there already, as `nsenter(1)` does, and keep no rights in it.

Bubblewrap makes sandboxes, but takes only new programs in; a server that is forked from one that
has imported everything goes in by itself. `setns(2)` is called with ctypes: Python wraps it from
3.12 on.
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
    """Join all namespaces of a process; whatever is forked from now on is among its processes.

    To be called while there is one thread. This process has no capability afterwards, and can't
    get one back where ``no_new_privs`` is set.

    Args:
        process: A process of the sandbox, in a namespace of users below this process's own.

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
"""User and group within."""
SAME = (
    *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    *("--uid", USER, "--gid", USER, "--hostname", "sandbox"),
)
"""What holds for all that is started with it."""


def bwrap() -> str:
    """Where it lies.

    Raises:
        CourseError: It is not there.
    """
    found = shutil.which("bwrap")
    if found is None:
        raise CourseError(
            "bubblewrap (bwrap) was not found; it makes the sandbox that notebooks are run in.",
            found="no program bwrap",
            where="the PATH",
            remedy="install it (apt install bubblewrap, dnf install bubblewrap), or let notebooks "
            "run in the other sandbox, with --sandbox confined",
        )
    return found


def sealed() -> list[str]:
    """The start of a command line for student code: namespaces of all kinds, and no further.

    Raises:
        CourseError: See `bwrap`.
    """
    found = bwrap()
    no_more_users = ["--disable-userns"] if "--disable-userns" in _offered(found) else []
    return [found, "--unshare-all", "--unshare-user", *no_more_users, *SAME]


@lru_cache
def _offered(found: str) -> str:
    done = subprocess.run([found, "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout + done.stderr
