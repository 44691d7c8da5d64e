"""Import once what every kernel needs, before the first kernel is forked."""

from __future__ import annotations

import gc
import importlib
from pathlib import Path

from proctor.sandbox.inside.scratch import PARTS, wipe

_KERNEL = "proctor.sandbox.inside.child"
"""The module that turns a fork into a kernel; it imports all of ipykernel that this takes."""


def preload(modules: tuple[str, ...], scratch: Path) -> str | None:
    """Import modules, and what a kernel needs.

    Args:
        modules: Their names.
        scratch: An empty folder for files that they write, emptied again afterwards: libraries
            look for a home folder when they are imported, and some write to it.

    Returns:
        What went wrong; None if nothing did.
    """
    for part in PARTS:
        (scratch / part).mkdir()
    # Imported objects stay for good: collecting garbage among them takes a quarter of the time, and
    # freed objects would leave holes that children fill, each copying the whole page.
    gc.disable()
    problem = _import([_KERNEL, *modules])
    # Children must not scan them either: that would copy all of their pages.
    gc.freeze()
    gc.enable()
    wipe(scratch)
    return problem


def _import(modules: list[str]) -> str | None:
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as error:
            return f"{name}: {type(error).__name__}: {error}"
    return None
