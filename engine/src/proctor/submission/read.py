"""Check and read a submission's files, which can't be trusted."""

from __future__ import annotations

import errno
import os
import stat
import warnings
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

from nbformat import NotebookNode
from nbformat.v4.nbjson import to_notebook
from nbformat.validator import ValidationError, get_validator

from proctor.errors import SubmissionError
from proctor.submission.strip_outputs import MAX_CELLS, without_outputs
from proctor.submission.survey import describe_kind, survey
from proctor.text import one_line
from proctor.untrusted_json import UntrustedJSONError, loads

MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024
"""Limit in bytes; a notebook of this size holds hours of output."""

MAX_BYTES_WITHOUT_OUTPUTS = 32 * 1024 * 1024
"""Limit in bytes of a notebook without its outputs: text, metadata and pasted pictures."""

MAX_VALUES = 500_000
"""Limit on JSON values outside the outputs, keys included; a cell has about twenty, and Colab's
metadata for a progress bar about seven hundred."""

_WHY = "a submission is one Jupyter notebook in a regular file"
_REMEDY = "ask the student to submit the .ipynb file itself"


def check_notebook_file(path: Path) -> None:
    """Refuse anything but a notebook in a plain file.

    Raises:
        SubmissionError: The path is missing, a folder, a link or a special file; or the file is
            empty, too large, or not JSON.
    """
    read_notebook(read_plain_file(path), where=str(path))


def read_plain_file(path: Path) -> bytes:
    """Read a submitted notebook's bytes from a plain file of limited size.

    Raises:
        SubmissionError: The path is missing, a folder, a link or a special file; or the file is
            empty or too large.
    """
    try:
        info = path.lstat()
    except OSError as error:
        raise _refused(
            f"the notebook can't be read: {error.strerror or 'no such file'}", path, _REMEDY
        ) from error
    if not stat.S_ISREG(info.st_mode):
        raise _refused(f"the notebook is {describe_kind(info.st_mode)}", path, _REMEDY)
    if info.st_size == 0:
        raise _refused("the notebook is an empty file", path, "ask the student to upload it again")
    if info.st_size > MAX_NOTEBOOK_BYTES:
        problem = f"the notebook has {info.st_size:,} bytes, more than {MAX_NOTEBOOK_BYTES:,}"
        raise _refused(problem, path, "ask the student to clear the outputs and submit again")
    try:
        with open_plain(path) as file:
            return file.read(MAX_NOTEBOOK_BYTES)
    except OSError as error:
        problem = f"the notebook can't be read: {error.strerror}"
        raise _refused(problem, path, "give yourself the right to read it") from error


def open_plain(path: Path) -> BufferedReader:
    """Open a plain file of a submission; anything that has replaced it since is refused.

    Raises:
        OSError: It can't be opened, or is now a link or a special file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a plain file any more", str(path))
    return os.fdopen(descriptor, "rb")


def read_notebook(blob: bytes, *, where: str) -> NotebookNode:
    """Parse a submitted notebook of format 4 from its bytes, without its outputs.

    Args:
        blob: Contents of the file.
        where: Location of the file, for errors.

    Raises:
        SubmissionError: It is not JSON, not a notebook, or without its outputs exceeds
            `MAX_BYTES_WITHOUT_OUTPUTS`, `MAX_VALUES` or `MAX_CELLS`.
    """
    content = _parsed(blob, where)
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise _refused("the file is JSON, but not a notebook of format 4", where, _REMEDY)
    if len(content["cells"]) > MAX_CELLS:
        raise _refused(f"the notebook has more than {MAX_CELLS:,} cells", where, _REMEDY)
    if content.get("nbformat") != FORMAT:
        problem = f"the notebook has format {str(content.get('nbformat'))[:20]}, not {FORMAT}"
        raise _refused(problem, where, "ask the student to save it again in JupyterLab")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cast("NotebookNode", to_notebook(normalized(content)))
    # nbformat raises half a dozen kinds of errors for a broken notebook.
    except Exception as error:
        problem = f"the file is JSON, but not a notebook of format 4 ({type(error).__name__})"
        raise _refused(problem, where, _REMEDY) from error


def _parsed(blob: bytes, where: str) -> Any:
    try:
        bare = without_outputs(blob)
        if len(bare) > MAX_BYTES_WITHOUT_OUTPUTS:
            problem = (
                f"the notebook has {len(bare):,} bytes besides its outputs, more than "
                f"{MAX_BYTES_WITHOUT_OUTPUTS:,}"
            )
            smaller = "ask the student to take data and pictures out of the notebook's text"
            raise _refused(problem, where, smaller)
        # Python writes NaN into notebooks, though not into parts that matter here.
        return loads(bare, max_values=MAX_VALUES, constants=True)
    except UntrustedJSONError as error:
        again = "ask the student to download the notebook again from JupyterLab"
        raise _refused(f"the notebook can't be read: {error}", where, again) from error


def check_folder(folder: Path) -> None:
    """Refuse a submission that links outside its own folder or exceeds the limits of `survey`.

    nbgrader follows links when it copies a submission's files, which would give the notebook
    access to another student's work or to the gradebook.

    Raises:
        SubmissionError: The folder is a link, or contains a link or a special file; or see
            `survey`.
    """
    why = "a submission consists of regular files and folders"
    remedy = "remove the file from the submission, or ask the student to submit again"
    # If the student's folder is itself a link, another student's work would be graded.
    for path in (folder.parent, folder):
        if path.is_symlink():
            raise _refused("the submission's folder is a symbolic link", path, remedy, why=why)
    if not folder.is_dir():
        raise _refused("the submission is not a folder", folder, remedy, why=why)
    for entry in survey(folder):
        if not entry.is_plain:
            raise _refused(f"the submission has {entry.kind} in it", entry.path, remedy, why=why)


def _refused(problem: str, where: Path | str, remedy: str, *, why: str = _WHY) -> SubmissionError:
    # Students choose the file names, which may contain line breaks or control characters.
    return SubmissionError(problem, why=why, where=one_line(str(where), 300), remedy=remedy)


FORMAT, MINOR = 4, 5
"""The supported version of the notebook format, and its latest minor version."""

_KEPT = ("cell_type", "source")


def normalized(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the notebook unchanged if it is valid, and otherwise without its optional parts.

    Args:
        content: Parsed JSON of format 4, with a list of cells.

    Returns:
        The notebook; malformed cells are kept, for `restore` to refuse.
    """
    minor = content.get("nbformat_minor")
    if not isinstance(minor, int) or not 0 <= minor <= MINOR:
        minor = MINOR
    found = {**content, "nbformat": FORMAT, "nbformat_minor": int(minor)}
    if _is_valid(found):
        return found
    cells = [_bare(cell) if isinstance(cell, dict) else cell for cell in found["cells"]]
    versions = {key: found[key] for key in ("nbformat", "nbformat_minor")}
    return {**versions, "metadata": {}, "cells": cells}


def _is_valid(content: Mapping[str, Any]) -> bool:
    try:
        # The fast validator, which reports no details.
        validator = get_validator(FORMAT, content["nbformat_minor"], name="fastjsonschema")
        validator.validate(content)
    except ValidationError:
        return False
    return True


def _bare(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a cell's type, text, nbgrader metadata and pictures."""
    metadata = cell.get("metadata")
    bare = {key: cell[key] for key in _KEPT if key in cell}
    bare["metadata"] = {}
    if isinstance(metadata, dict) and "nbgrader" in metadata:
        bare["metadata"]["nbgrader"] = metadata["nbgrader"]
    if cell.get("cell_type") == "code":
        return {**bare, "execution_count": None, "outputs": []}
    if _are_pictures(cell.get("attachments")):
        bare["attachments"] = cell["attachments"]
    return bare


def _are_pictures(attachments: object) -> bool:
    return isinstance(attachments, dict) and all(
        isinstance(kinds, dict) and all(isinstance(text, str) for text in kinds.values())
        for kinds in attachments.values()
    )
