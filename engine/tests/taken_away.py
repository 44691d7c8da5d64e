"""Run a command with what containers and old machines take away, to try the engine there.

``python -m engine.tests.taken_away docker -- COMMAND``: as in a container with Docker's default
profile.
"""

from __future__ import annotations

import argparse
import errno
import os

from proctor.sandbox.linux.capabilities import give_up, permitted
from proctor.sandbox.linux.seccomp import Argument, Rule, refuse_system_calls

_NAMESPACES = 0x7E020000
NO_NAMESPACES = (
    Rule("unshare"),
    Rule("setns"),
    Rule("mount"),
    Rule("clone", (Argument(0, 0, equal=False, mask=_NAMESPACES),)),
    Rule("clone3", error=errno.ENOSYS),
)
"""What a machine refuses on which users may not make namespaces."""

# Of what Docker's default profile refuses, the calls that our own lists know
# (https://docs.docker.com/engine/security/seccomp/).
DOCKER = (
    *NO_NAMESPACES,
    *(
        Rule(name)
        for name in (
            "acct", "add_key", "bpf", "delete_module", "finit_module", "init_module", "ioperm",
            "iopl", "io_uring_setup", "io_uring_enter", "io_uring_register", "kcmp", "kexec_load",
            "kexec_file_load", "keyctl", "move_pages", "name_to_handle_at", "open_by_handle_at",
            "perf_event_open", "pivot_root", "quotactl", "reboot", "request_key", "swapon",
            "swapoff", "syslog", "umount2", "userfaultfd",
        )
    ),
)  # fmt: skip
DOCKER_CAPABILITIES = frozenset({0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31})
"""Those that Docker leaves to root in a container."""


def main() -> None:
    """Entry point; it becomes the command."""
    parser = argparse.ArgumentParser(prog="python -m engine.tests.taken_away", description=__doc__)
    parser.add_argument("what", choices=["namespaces", "docker", "rights"])
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    take_away(options.what)
    os.execvp(options.command[0], options.command)  # noqa: S606


def take_away(what: str) -> None:
    """Give it up, for this process and all that it starts.

    Args:
        what: ``namespaces``: users may make none; ``docker``: what Docker's default profile and
            capabilities leave; ``rights``: the same for a root without any capability.
    """
    if what == "docker":
        give_up(but=DOCKER_CAPABILITIES & permitted())
    if what == "rights":
        give_up()
    refuse_system_calls(NO_NAMESPACES if what == "namespaces" else DOCKER)


if __name__ == "__main__":
    main()
