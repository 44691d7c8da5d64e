"""A filter of system calls that no notebook needs, as a classic BPF program.

It is a list of what is refused, not of what is allowed: scientific libraries use most of the
rest. Refused is what reaches other processes' memory, what outlives a process outside of any
file (System V and POSIX queues, keys), what holds memory that nobody's account shows
(``memfd_create``), and interfaces with a record of kernel holes.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from proctor.sandbox.prctl import SET_NO_NEW_PRIVS, SET_SECCOMP, prctl

_INSTRUCTION = struct.Struct("HBBI")
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
"""Offsets in the kernel's ``struct seccomp_data``."""
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_FILTER_MODE = 2
"""``SECCOMP_MODE_FILTER``."""
_X32 = 0x40000000
"""System calls of the x32 ABI have this bit; they would go around the list."""

_EVERYWHERE = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 447)
"""io_uring, mounting by descriptor, pidfd_getfd, mount_setattr, memfd_secret."""

# ptrace, process_vm_*, kcmp; shm*, sem*, msg*, mq_open; keys; bpf, perf, userfaultfd,
# memfd_create; mount, umount2, pivot_root, unshare, setns, acct, swapon, quotactl, kexec.
_REFUSED = {
    "x86_64": (
        0xC000003E,
        (
            *(101, 310, 311, 312, 29, 30, 31, 64, 65, 66, 220, 68, 69, 70, 71, 240, 248, 249, 250),
            *(321, 298, 323, 319, 165, 166, 155, 272, 308, 163, 167, 179, 246, 320),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(117, 270, 271, 272, 194, 195, 196, 190, 191, 192, 193, 186, 187, 188, 189, 180),
            *(217, 218, 219, 280, 241, 282, 279, 40, 39, 41, 97, 268, 89, 224, 60, 104, 294),
        ),
    ),
}


def seccomp_filter(machine: str | None = None) -> bytes | None:
    """The program for this machine's processor, or None where we have no list for it.

    Args:
        machine: As `platform.machine` names processors; default: this one.
    """
    known = _REFUSED.get(machine or platform.machine())
    if known is None:
        return None
    architecture, refused = known
    numbers = sorted({*refused, *_EVERYWHERE})
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, len(numbers) + 1, 0, _X32),
    ]
    for place, number in enumerate(numbers):
        # Jump over the remaining comparisons and the ALLOW behind them.
        program.append((_EQUAL, len(numbers) - place, 0, number))
    program += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in program)


class _Program(ctypes.Structure):
    """The kernel's ``struct sock_fprog``."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def refuse_system_calls() -> None:
    """Put this process and all its future children under the filter, where there is one.

    Raises:
        OSError: The kernel refused.
    """
    program = seccomp_filter()
    if program is not None:
        prctl(SET_NO_NEW_PRIVS, 1)
        length = len(program) // _INSTRUCTION.size
        prctl(SET_SECCOMP, _FILTER_MODE, ctypes.byref(_Program(length, program)))
