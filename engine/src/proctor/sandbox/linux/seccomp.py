"""Filters of system calls, as classic BPF programs (`seccomp(2)`).

A filter lists what is refused, not what is allowed: scientific libraries use most of the rest.
What is on the lists, and why, is in `proctor.sandbox.linux.syscall_rules`.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from proctor.sandbox.linux.capabilities import SET_NO_NEW_PRIVS, SET_SECCOMP, prctl
from proctor.sandbox.linux.syscall_numbers import MACHINES, number

_INSTRUCTION = struct.Struct("HBBI")
_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
"""Offsets in the kernel's ``struct seccomp_data``."""
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_FILTER_MODE = 2
"""``SECCOMP_MODE_FILTER``."""
_X32 = 0x40000000
"""System calls of the x32 ABI have this bit; they would go around the list."""
_ALL_BITS = 0xFFFFFFFF

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True)
class Argument:
    """A condition on one argument of a system call.

    Attributes:
        index: Which one, from 0.
        value: What it is compared with; 32 bits, as the kernel itself cuts arguments of the types
            ``int`` and ``pid_t``.
        equal: Whether the condition is that it is equal, or that it is not.
        mask: Bits that are looked at.
    """

    index: int
    value: int
    equal: bool = True
    mask: int = _ALL_BITS


@dataclass(frozen=True)
class Rule:
    """A system call that is refused.

    Attributes:
        name: Its name, as in `syscalls(2)`.
        when: Conditions that must all hold; none: it is always refused.
        error: The error that it gives; 0: it seems to succeed, and does nothing.
    """

    name: str
    when: tuple[Argument, ...] = ()
    error: int = errno.EPERM


def compiled(rules: Iterable[Rule], machine: str | None = None) -> bytes | None:
    """The program for this machine's processor, or None where its calls' numbers are not known.

    Args:
        rules: What is refused; the first one that applies to a call decides.
        machine: As `platform.machine` names processors; default: this one.
    """
    machine = machine or platform.machine()
    if machine not in MACHINES:
        return None
    by_number: dict[int, list[Rule]] = {}
    for rule in rules:
        found = number(rule.name, machine)
        if found is not None:
            by_number.setdefault(found, []).append(rule)
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, MACHINES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]
    for call, of_call in sorted(by_number.items()):
        block = _block(of_call)
        program += [(_EQUAL, 0, len(block), call), *block]
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in program)


def _block(rules: Sequence[Rule]) -> list[Instruction]:
    """What decides on one call; the accumulator need not hold its number afterwards."""
    block: list[Instruction] = []
    for rule in rules:
        block += _conditions(rule.when)
        block.append((_RETURN, 0, 0, _ERRNO | rule.error))
        if not rule.when:
            return block
    return [*block, (_RETURN, 0, 0, _ALLOW)]


def _conditions(when: Sequence[Argument]) -> list[Instruction]:
    """Jump behind the instruction that follows unless all conditions hold."""
    code: list[Instruction] = []
    for argument in reversed(when):
        # From here to behind the RETURN that follows all conditions.
        behind = len(code) + 1
        jumps = (0, behind) if argument.equal else (behind, 0)
        test: list[Instruction] = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument.index)]
        if argument.mask != _ALL_BITS:
            test.append((_AND, 0, 0, argument.mask))
        code = [*test, (_EQUAL, *jumps, argument.value), *code]
    return code


class _Program(ctypes.Structure):
    """The kernel's ``struct sock_fprog``."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def refuse_system_calls(rules: Iterable[Rule]) -> None:
    """Put this process and all its future children under a filter, where there is one.

    To be called while there is one thread. Several filters add up.

    Raises:
        OSError: The kernel refused.
    """
    program = compiled(rules)
    if program is not None:
        prctl(SET_NO_NEW_PRIVS, 1)
        length = len(program) // _INSTRUCTION.size
        prctl(SET_SECCOMP, _FILTER_MODE, ctypes.byref(_Program(length, program)))


def is_supported() -> bool:
    """Whether there are filters for this machine's processor."""
    return platform.machine() in MACHINES
