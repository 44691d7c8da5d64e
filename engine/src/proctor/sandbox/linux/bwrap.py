"""The program bubblewrap: where it is, what it offers, and how student code is sealed with it."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache

from proctor.errors import CourseError

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
