"""Enter a sandbox that is there already, as `nsenter(1)` does, and keep no rights in it.

Bubblewrap makes sandboxes, but takes only new programs in; a server that is forked from one that
has imported everything goes in by itself. The system calls are made with ctypes: Python wraps
`setns(2)` from 3.12 on, and `capset(2)` not at all.
"""

from __future__ import annotations

import ctypes
import os

from proctor.sandbox.prctl import CAPBSET_DROP, prctl

# CLONE_NEWNET, NEWPID, NEWUSER, NEWIPC, NEWUTS, NEWCGROUP and NEWNS of <linux/sched.h>.
_NAMESPACES = (
    0x40000000 | 0x20000000 | 0x10000000 | 0x08000000 | 0x04000000 | 0x02000000 | 0x00020000
)

_CAPABILITIES = 64
"""More than there are; the kernel says where they end."""
_CAPSET_VERSION = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("process", ctypes.c_int)]


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
        _checked("setns", ctypes.c_int(handle), ctypes.c_int(_NAMESPACES))
    finally:
        os.close(handle)
    os.chdir("/")
    _give_up_capabilities()


def _give_up_capabilities() -> None:
    for capability in range(_CAPABILITIES):
        try:
            prctl(CAPBSET_DROP, capability)
        except OSError:
            break
    none = (ctypes.c_uint32 * 6)()
    _checked("capset", ctypes.byref(_Header(_CAPSET_VERSION, 0)), ctypes.byref(none))


def _checked(call: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), call)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")
