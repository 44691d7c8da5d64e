import struct

import pytest

from proctor.sandbox.seccomp import seccomp_filter

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000


def verdict(machine, number, architecture):
    """Interpret the program as the kernel would, for the instructions that it has."""
    blob = seccomp_filter(machine)
    program = [struct.unpack_from("HBBI", blob, at) for at in range(0, len(blob), 8)]
    at, value = 0, 0
    while True:
        code, yes, no, operand = program[at]
        at += 1
        if code == 0x20:
            value = {0: number, 4: architecture}[operand]
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
    assert seccomp_filter("riscv64") is None


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
