"""Whether a variable that the notebook gives holds the same on both sides."""

from __future__ import annotations

import dis
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

from proctor.remote.encoder import Encoder
from proctor.remote.instances import write_by_value
from proctor.remote.kinds import Tree, is_plain_type
from proctor.remote.references import global_name, qualified_name

MAIN = "__main__"
_MAX_BYTES = 1 << 30


def digest_of(value: Any, class_name: Callable[[type], str | None]) -> tuple[str, list[Any]]:
    """Compute a digest of a value, and list the mutable containers in it.

    Args:
        value: The value.
        class_name: Returns the name by which both sides have a class; None if they have not.

    Raises:
        CodecError: It is too large, or nested too deeply.
    """

    def refer(encoder: Encoder, found: Any, depth: int) -> Tree:
        written = write_by_value(encoder, found, class_name(type(found)), depth)
        return ["type", qualified_name(type(found))] if written is None else written

    encoder = Encoder(refer, max_bytes=_MAX_BYTES, canonical=True)
    trees = [encoder.encode(value), encoder.rest()]
    digest = hashlib.sha256(json.dumps(trees).encode())
    for buffer in encoder.buffers:
        digest.update(buffer)
    return digest.hexdigest(), encoder.added


def is_code(value: Any) -> bool:
    """Whether a value is a function or a class of the notebook's own."""
    return isinstance(value, FunctionType | type) and value.__module__ == MAIN


def code_state(value: Any) -> Any:
    """What a function or a class keeps from one call to the next, besides variables.

    Attributes, defaults and enclosed variables of a function, and attributes of a class that are
    data. Each side has its own, so that a count of calls would stay what it is where student code
    makes the calls.
    """
    if isinstance(value, FunctionType):
        cells = [_content(cell) for cell in value.__closure__ or ()]
        return [vars(value), value.__defaults__, value.__kwdefaults__, cells]
    return {
        name: found
        for name, found in vars(value).items()
        if not (name[:2] == "__" == name[-2:]) and not hasattr(type(found), "__get__")
    }


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def is_opaque(value: Any, class_name: Callable[[type], str | None]) -> bool:
    """Whether an object has a state of its own that `digest_of` does not see.

    Args:
        value: The object.
        class_name: See `digest_of`.
    """
    kind = type(value)
    if is_code(value) or is_plain_type(kind) or isinstance(value, type | ModuleType):
        return False
    if class_name(kind) is not None or kind.__module__ == MAIN:
        return False
    return global_name(value) is None


def state_of_file(path: str) -> list[Any]:
    """What tells whether a file was written; empty if it can't be read."""
    try:
        found = Path(path)
        return [hashlib.sha256(found.read_bytes()).hexdigest(), str(found.stat().st_mtime_ns)]
    except OSError:
        return []


def names_behind(
    names: Collection[str], values: Mapping[str, Any], wanted: Collection[str]
) -> set[str]:
    """Names that code reads, and those that functions among them read when they are called.

    Args:
        names: The names that the code reads.
        values: What they stand for.
        wanted: Names that count; all others are left out.
    """
    found: set[str] = set()
    left = [name for name in names if name in wanted]
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        value = values.get(name)
        inside = vars(value).values() if isinstance(value, type) else [value]
        codes = [one for one in inside if isinstance(one, FunctionType)]
        for one in codes:
            if one.__module__ == MAIN:
                left += [inner for inner in _names_in(one.__code__) if inner in wanted]
    return found


def _names_in(code: CodeType) -> Iterator[str]:
    # Without those of attributes, which the code's own list of names has, too.
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
