"""Import once what every kernel needs, before the first is forked."""

from __future__ import annotations

import gc
import importlib
from pathlib import Path

from proctor.sandbox.inside.scratch import PARTS, wipe

_OURS = ("ipykernel.kernelapp", "ipykernel.zmqshell", "proctor.sandbox.inside.streams")


def preload(modules: tuple[str, ...], scratch: Path) -> str | None:
    """Import modules, and what a kernel needs; returns what went wrong, if something did.

    Args:
        modules: Which ones.
        scratch: An empty folder for what they write, which is emptied again: libraries look for
            a home when they are imported, and some write into it.
    """
    for part in PARTS:
        (scratch / part).mkdir()
    # What is imported stays for good: to look for garbage in it takes a quarter of the time, and
    # what were freed would leave holes that children fill, each copying the whole page.
    gc.disable()
    problem = _import([*_OURS, *modules])
    # Nor do children look at it: that would copy all of its pages.
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
