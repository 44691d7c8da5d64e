"""Import once what every kernel needs, before the first kernel is forked."""

from __future__ import annotations

import gc
import importlib
import sys
from pathlib import Path

from proctor.sandbox.inside.scratch import PARTS, wipe

_KERNEL = "proctor.sandbox.inside.child"
"""The module that turns a fork into a kernel."""

_LATE = (
    "tornado.platform.asyncio",
    "tornado.queues",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics.osm",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "stack_data",
    "pygments.formatters.terminal256",
    "encodings.idna",
    "faulthandler",
)
"""What ipykernel and IPython import only when a kernel starts, or shows its first exception.

In each kernel that takes more time than all else that it does to start.
"""


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
    _import_without_debugger()
    problem = _import([_KERNEL, *_LATE, *modules])
    if problem is None and "numpy" in sys.modules:
        # It comes with its first use, which is to seed each kernel's generator.
        problem = _import(["numpy.random"])
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


def _import_without_debugger() -> None:
    """Let kernels do without debugpy: nobody could connect to it, and its import takes long."""
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    try:
        importlib.import_module("ipykernel.debugger")
    finally:
        if sys.modules["debugpy"] is None:
            del sys.modules["debugpy"]
