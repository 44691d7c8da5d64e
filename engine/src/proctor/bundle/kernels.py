"""Which kernels a course's notebooks may name."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from proctor.errors import CourseError
from proctor.programs import interpreter
from proctor.text import one_line

OURS = ("python3", "python")
"""Names by which Jupyter calls the kernel of the environment that it runs in."""


def check_kernel(spec: Mapping[str, Any] | None, same: Collection[str], *, where: str) -> None:
    """Refuse a notebook that another kernel has to run than this environment's.

    A kernel of another language would fail each student's code; one of another environment has
    other libraries.

    Args:
        spec: The notebook's ``kernelspec``; None if it names none.
        same: Names that mean this environment's kernel.
        where: The notebook, for errors.

    Raises:
        CourseError: It is no kernel of this environment.
    """
    name = str((spec or {}).get("name") or OURS[0])
    language = str((spec or {}).get("language") or "python")
    if language.lower() != "python":
        raise CourseError(
            f"the notebook is for the kernel {one_line(name, 80)} ({one_line(language, 80)})",
            why="notebooks run in kernels for Python; all students' code would fail",
            where=where,
            remedy="grade it with nbgrader, or set the notebook's kernel in JupyterLab if it is "
            "for Python, and release it again",
        )
    if name in (*OURS, *same) or _is_ours(name):
        return
    raise CourseError(
        f"the notebook is for the kernel {one_line(name, 80)}, which is none of this environment",
        why="notebooks run with the libraries of the environment that proctor is installed in",
        where=where,
        remedy="set its kernel to python3 in JupyterLab and release it again, or say that it is "
        f"the same with c.Examine.same_kernels = [{one_line(name, 80)!r}]",
    )


def _is_ours(name: str) -> bool:
    """Whether an installed kernel is one of this environment's Python."""
    try:
        program = str(KernelSpecManager().get_kernel_spec(name).argv[0])
    except (NoSuchKernel, IndexError):
        return False
    found = shutil.which(program)
    return found is not None and Path(found).parent == Path(interpreter()).parent
