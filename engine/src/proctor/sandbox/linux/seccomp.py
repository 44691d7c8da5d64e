"""System call filters, as classic BPF programs (`seccomp(2)`).

A filter lists what is refused, not what is allowed: scientific libraries use most other calls.
The lists and the reasons for them are in `proctor.sandbox.linux.syscall_rules`.
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
"""System calls of the x32 ABI have this bit set; they would bypass the list."""
_ALL_BITS = 0xFFFFFFFF

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True)
class Argument:
    """A condition on one argument of a system call.

    Attributes:
        index: Position of the argument, from 0.
        value: Value to compare with; 32 bits, as the kernel itself truncates arguments of the types
            ``int`` and ``pid_t``.
        equal: Whether the argument must be equal to the value; False: it must differ.
        mask: Bits that are compared.
    """

    index: int
    value: int
    equal: bool = True
    mask: int = _ALL_BITS


@dataclass(frozen=True)
class Rule:
    """A system call to refuse.

    Attributes:
        name: Its name, as in `syscalls(2)`.
        when: Conditions that must all hold; empty: the call is always refused.
        error: The error that it returns; 0: it seems to succeed, without effect.
    """

    name: str
    when: tuple[Argument, ...] = ()
    error: int = errno.EPERM


def compiled(rules: Iterable[Rule], machine: str | None = None) -> bytes | None:
    """Compile a filter for a processor; None if its system call numbers are not known.

    Args:
        rules: What is refused; the first rule that applies to a call decides.
        machine: Name of the processor, as in `platform.machine`; default: this machine's.
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
    """Instructions for one call; they need not leave its number in the accumulator."""
    block: list[Instruction] = []
    for rule in rules:
        block += _conditions(rule.when)
        block.append((_RETURN, 0, 0, _ERRNO | rule.error))
        if not rule.when:
            return block
    return [*block, (_RETURN, 0, 0, _ALLOW)]


def _conditions(when: Sequence[Argument]) -> list[Instruction]:
    """Instructions that skip the following one unless all conditions hold."""
    code: list[Instruction] = []
    for argument in reversed(when):
        # Distance to the instruction after the RETURN that follows all conditions.
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
    """Put this process and all its future children under a filter, if one is available.

    Must be called while there is a single thread. Several filters add up.

    Raises:
        OSError: The kernel refused.
    """
    program = compiled(rules)
    if program is not None:
        prctl(SET_NO_NEW_PRIVS, 1)
        length = len(program) // _INSTRUCTION.size
        prctl(SET_SECCOMP, _FILTER_MODE, ctypes.byref(_Program(length, program)))


def is_supported() -> bool:
    """Whether filters are available for this machine's processor."""
    return platform.machine() in MACHINES
