"""Which kernel runs a notebook: this environment's Python, or a program for another language."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from string import Template
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel

from proctor.errors import CourseError
from proctor.programs import interpreter
from proctor.sandbox.shared.kernel_program import KernelProgram
from proctor.text import one_line

_PYTHON = "python"
OURS = ("python3", "python")
"""Names by which Jupyter calls the kernel of the environment that it runs in."""


def program_of(
    spec: Mapping[str, Any] | None, same: Collection[str], *, where: str
) -> KernelProgram | None:
    """Find the kernel that a notebook names.

    A kernel for Python of another environment has other libraries, so that it is refused.

    Args:
        spec: The notebook's ``kernelspec``; None if it names none.
        same: Names that mean this environment's kernel.
        where: The notebook, for errors.

    Returns:
        The kernel of another language; None: this environment's Python runs the notebook.

    Raises:
        CourseError: The kernel is not installed, or it is one for Python of another environment.
    """
    name = str((spec or {}).get("name") or OURS[0])
    # Looking for kernels makes a folder ~/.ipython, which Jupyter then puts files for.
    if name in OURS:
        return None
    found = _installed(name)
    language = str((found and found.language) or (spec or {}).get("language") or _PYTHON)
    if language.lower() == _PYTHON:
        if name not in same and (found is None or not _is_ours(found)):
            raise CourseError(
                f"the notebook is for the kernel {one_line(name, 80)}, which is none of this "
                "environment",
                why="notebooks run with the libraries of the environment that proctor is "
                "installed in",
                where=where,
                remedy="set its kernel to python3 in JupyterLab and release it again, or say that "
                f"it is the same with c.Examine.same_kernels = [{one_line(name, 80)!r}]",
            )
        return None
    if found is None:
        raise CourseError(
            f"the kernel {one_line(name, 80)} ({one_line(language, 80)}) is not installed",
            why="the notebook is for it, and all students' code would fail in another one",
            where=where,
            remedy="install it, so that `jupyter kernelspec list` shows it, or set the notebook's "
            "kernel in JupyterLab and release it again",
        )
    return _program(name, language, found, where)


def _installed(name: str) -> KernelSpec | None:
    try:
        return KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        return None


def _program(name: str, language: str, spec: KernelSpec, where: str) -> KernelProgram:
    filled = {"{prefix}": sys.prefix, "{resource_dir}": spec.resource_dir}
    command = []
    for part in spec.argv:
        for place, value in filled.items():
            part = part.replace(place, value)
        command.append(part)
    if not command or shutil.which(command[0]) is None:
        raise CourseError(
            f"the program {(command or [''])[0]!r} of the kernel {name} is not there",
            why="the notebook is for that kernel",
            where=where,
            remedy="install it, or remove the kernel and install it again",
        )
    environment = {k: Template(v).safe_substitute(os.environ) for k, v in spec.env.items()}
    return KernelProgram(name, language, tuple(command), environment)


def _is_ours(spec: KernelSpec) -> bool:
    """Whether an installed kernel is one of this environment's Python."""
    found = shutil.which(str(spec.argv[0])) if spec.argv else None
    return found is not None and Path(found).parent == Path(interpreter()).parent
