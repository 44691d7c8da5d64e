import struct

import pytest

from proctor.sandbox.linux.seccomp import Argument, Rule, compiled
from proctor.sandbox.linux.syscall_rules import BASE

pytestmark = pytest.mark.sandbox

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000


def verdict(machine, number, architecture, arguments=(), rules=BASE):
    """Interpret the program as the kernel would, for the instructions that it has."""
    blob = compiled(rules, machine)
    program = [struct.unpack_from("HBBI", blob, at) for at in range(0, len(blob), 8)]
    at, value = 0, 0
    while True:
        code, yes, no, operand = program[at]
        at += 1
        if code == 0x20:
            known = {0: number, 4: architecture}
            known |= {16 + 8 * i: a & 0xFFFFFFFF for i, a in enumerate((*arguments, *[0] * 6))}
            value = known[operand]
        elif code == 0x54:
            value &= operand
        elif code == 0x15:
            at += yes if value == operand else no
        elif code == 0x35:
            at += yes if value >= operand else no
        else:
            assert code == 0x06
            return operand


@pytest.mark.parametrize(
    ("machine", "architecture", "ptrace", "read"),
    [("x86_64", 0xC000003E, 101, 0), ("aarch64", 0xC00000B7, 117, 63)],
)
def test_what_is_listed_is_refused_and_the_rest_allowed(machine, architecture, ptrace, read):
    assert verdict(machine, ptrace, architecture) == REFUSE
    assert verdict(machine, 425, architecture) == REFUSE  # io_uring_setup, the same everywhere
    assert verdict(machine, 447, architecture) == REFUSE
    assert verdict(machine, read, architecture) == ALLOW
    assert verdict(machine, 2**30 + ptrace, architecture) == REFUSE  # x32
    assert verdict(machine, read, 0x40000003) == KILL  # 32-bit calls have other numbers


def test_a_processor_that_is_not_known_has_no_filter():
    assert compiled(BASE, "riscv64") is None


@pytest.mark.parametrize(
    "call",
    [
        "os.memfd_create('x')",
        "ctypes_call(29, 0, 4096, 0o1600)",  # shmget
        "ctypes_call(68, 0, 0o1600)",  # msgget
        "ctypes_call(101, 16, 1, 0, 0)",  # ptrace
        "ctypes_call(425, 4, 0)",  # io_uring_setup
    ],
)
def test_it_is_in_force_in_a_notebook(printed, call):
    if "memfd" not in call:
        call = f"{call} if platform.machine() == 'x86_64' else os.memfd_create('x')"
    source = f"""
import ctypes, os, platform
def ctypes_call(*arguments):
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
try:
    {call}
    print("went through")
except OSError as error:
    print(error.errno)
"""
    assert printed(source).strip() == "1"


RULES = (
    Rule("fcntl", (Argument(1, 5), Argument(2, 0xF0, mask=0xF0)), 11),
    Rule("fcntl", (Argument(1, 5, equal=False), Argument(1, 6, equal=False)), 12),
    Rule("kill", (Argument(0, 0xFFFFFFFF),), 13),
)


@pytest.mark.parametrize(
    ("number", "arguments", "error"),
    [
        (72, (0, 5, 0xFF), 11),
        (72, (0, 5, 0x0F), None),
        (72, (0, 6, 0xFF), None),
        (72, (0, 7, 0xFF), 12),
        (62, (-1, 9), 13),
        (62, (1, 9), None),
        (63, (-1, 9), None),
    ],
)
def test_conditions_on_arguments_all_have_to_hold(number, arguments, error):
    said = verdict("x86_64", number, 0xC000003E, arguments, RULES)
    assert said == (ALLOW if error is None else 0x00050000 | error)
