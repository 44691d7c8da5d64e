"""Look at a submission's files before anything opens them."""

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
from proctor.submission.survey import survey, words_for
from proctor.text import one_line
from proctor.untrusted_json import UntrustedJSONError, loads

MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024
"""Bytes; a notebook of this size holds hours of output."""

MAX_BARE_BYTES = 32 * 1024 * 1024
"""Bytes of a notebook without its outputs: text, metadata, and pictures that were pasted in."""

MAX_VALUES = 500_000
"""Values of JSON besides the outputs, each name counted; a cell has some twenty, and what Colab
notes of a progress bar some seven hundred."""

_RULE = "A submission is one Jupyter notebook in a plain file."
_ASK = "ask the student to submit the .ipynb file itself"


def check_notebook_file(path: Path) -> None:
    """Refuse what is not a notebook in a plain file.

    Raises:
        SubmissionError: The path is missing, a folder, a link or a special file; or the file is
            empty, too large, or not JSON.
    """
    read_notebook(read_plain_file(path), where=str(path))


def read_plain_file(path: Path) -> bytes:
    """The bytes of a submitted notebook, if it is a plain file of reasonable size.

    Raises:
        SubmissionError: The path is missing, a folder, a link or a special file; or the file is
            empty or too large.
    """
    try:
        info = path.lstat()
    except OSError as error:
        raise _refused(_RULE, error.strerror or "nothing", path, _ASK) from error
    if not stat.S_ISREG(info.st_mode):
        raise _refused(_RULE, words_for(info.st_mode), path, _ASK)
    if info.st_size == 0:
        raise _refused(_RULE, "an empty file", path, "ask the student to upload it again")
    if info.st_size > MAX_NOTEBOOK_BYTES:
        found = f"{info.st_size:,} bytes, more than {MAX_NOTEBOOK_BYTES:,}"
        raise _refused(_RULE, found, path, "ask the student to clear the outputs and submit again")
    try:
        with open_plain(path) as file:
            return file.read(MAX_NOTEBOOK_BYTES)
    except OSError as error:
        found = f"a file that can't be read ({error.strerror})"
        raise _refused(_RULE, found, path, "give yourself the right to read it") from error


def open_plain(path: Path) -> BufferedReader:
    """Open a plain file of a submission; nothing that has taken its place meanwhile is opened.

    Raises:
        OSError: It can't be opened, or is a link or a special file now.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a plain file any more", str(path))
    return os.fdopen(descriptor, "rb")


def read_notebook(blob: bytes, *, where: str) -> NotebookNode:
    """A submitted notebook from its bytes, brought to format 4, without its outputs.

    Args:
        blob: What the file holds.
        where: Named in the error.

    Raises:
        SubmissionError: It is not JSON, no notebook, or larger without its outputs than
            `MAX_BARE_BYTES`, `MAX_VALUES` and `MAX_CELLS` allow.
    """
    content = _parsed(blob, where)
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise _refused(_RULE, "JSON that is no notebook of format 4", where, _ASK)
    if len(content["cells"]) > MAX_CELLS:
        raise _refused(_RULE, f"more than {MAX_CELLS:,} cells", where, _ASK)
    if content.get("nbformat") != FORMAT:
        found = f"a notebook of format {str(content.get('nbformat'))[:20]}"
        raise _refused(_RULE, found, where, "ask the student to save it again in JupyterLab")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cast("NotebookNode", to_notebook(in_form(content)))
    # nbformat reports a broken notebook in half a dozen ways.
    except Exception as error:
        found = f"JSON that is no notebook of format 4 ({type(error).__name__})"
        raise _refused(_RULE, found, where, _ASK) from error


def _parsed(blob: bytes, where: str) -> Any:
    try:
        bare = without_outputs(blob)
        if len(bare) > MAX_BARE_BYTES:
            found = f"{len(bare):,} bytes besides the outputs, more than {MAX_BARE_BYTES:,}"
            smaller = "ask the student to take data and pictures out of the notebook's text"
            raise _refused(_RULE, found, where, smaller)
        # Python writes NaN into notebooks, if not into parts that matter here.
        return loads(bare, max_values=MAX_VALUES, constants=True)
    except UntrustedJSONError as error:
        again = "ask the student to download the notebook again from JupyterLab"
        raise _refused(_RULE, str(error), where, again) from error


def check_folder(folder: Path) -> None:
    """Refuse a submission that reaches out of its own folder, or that is too large to look at.

    nbgrader copies a submission's files along and follows links while doing so, which would
    bring another student's work, or the gradebook, within reach of the notebook.

    Raises:
        SubmissionError: The folder is a link, or holds a link or a special file; or see `survey`.
    """
    rule = "A submission is made of plain files and folders."
    remedy = "remove the file from the submission, or ask the student to submit again"
    # A link in the place of a student's folder, too, would have another one's work graded.
    for place in (folder.parent, folder):
        if place.is_symlink():
            raise _refused(rule, "a symbolic link", place, remedy)
    if not folder.is_dir():
        raise _refused(rule, "something that is not a folder", folder, remedy)
    for entry in survey(folder):
        if not entry.is_plain:
            raise _refused(rule, entry.kind, entry.path, remedy)


def _refused(rule: str, found: str, where: Path | str, remedy: str) -> SubmissionError:
    # Names of files are the student's, and may have line breaks and worse.
    return SubmissionError(rule, found=found, where=one_line(str(where), 300), remedy=remedy)


FORMAT, MINOR = 4, 5
"""The version of the format that is known, and the last of its minor ones."""

_KEPT = ("cell_type", "source")


def in_form(content: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook as it is, if it has the right form, and otherwise without what is optional.

    Args:
        content: Parsed JSON of format 4, with a list of cells.

    Returns:
        The notebook; cells that are none are still there, for `restore` to refuse.
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
        # The quick one, which says no more than whether.
        validator = get_validator(FORMAT, content["nbformat_minor"], name="fastjsonschema")
        validator.validate(content)
    except ValidationError:
        return False
    return True


def _bare(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell's text, whose it is, and its pictures."""
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
