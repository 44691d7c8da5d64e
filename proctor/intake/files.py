"""Look at a submission's files before anything opens them."""

from __future__ import annotations

import json
import os
import stat
import warnings
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from proctor.errors import SubmissionError

MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024
"""Bytes; a notebook of this size holds hours of output."""


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
    for is_so, found in (
        (stat.S_ISLNK(info.st_mode), "a symbolic link"),
        (stat.S_ISDIR(info.st_mode), "a folder"),
        (not stat.S_ISREG(info.st_mode), "a special file"),
    ):
        if is_so:
            raise _refused(_RULE, found, path, _ASK)
    if info.st_size == 0:
        raise _refused(_RULE, "an empty file", path, "ask the student to upload it again")
    if info.st_size > MAX_NOTEBOOK_BYTES:
        found = f"{info.st_size:,} bytes, more than {MAX_NOTEBOOK_BYTES:,}"
        raise _refused(_RULE, found, path, "ask the student to clear the outputs and submit again")
    try:
        return path.read_bytes()
    except OSError as error:
        found = f"a file that can't be read ({error.strerror})"
        raise _refused(_RULE, found, path, "give yourself the right to read it") from error


def read_notebook(blob: bytes, *, where: str) -> NotebookNode:
    """A submitted notebook from its bytes, brought to format 4.

    Args:
        blob: What the file holds.
        where: Named in the error.

    Raises:
        SubmissionError: It is not JSON, or no notebook.
    """
    try:
        content = json.loads(blob)
    except (ValueError, RecursionError) as error:
        found = f"text that is not JSON ({error})"
        again = "ask the student to download the notebook again from JupyterLab"
        raise _refused(_RULE, found, where, again) from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise _refused(_RULE, "JSON that is no notebook of format 4", where, _ASK)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nbformat.reads(blob.decode(), as_version=4)
    # nbformat reports a broken notebook in half a dozen ways.
    except Exception as error:
        found = f"JSON that is no notebook of format 4 ({type(error).__name__})"
        raise _refused(_RULE, found, where, _ASK) from error


def check_folder(folder: Path) -> None:
    """Refuse a submission that reaches out of its own folder.

    nbgrader copies a submission's files along and follows links while doing so, which would
    bring another student's work, or the gradebook, within reach of the notebook.

    Raises:
        SubmissionError: The folder is a link, or holds a link or a special file.
    """
    rule = "A submission is made of plain files and folders."
    remedy = "remove the file from the submission, or ask the student to submit again"
    if folder.is_symlink() or not folder.is_dir():
        raise _refused(rule, "something that is not a folder", folder, remedy)
    for current, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(current) / name
            mode = path.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                kind = "a symbolic link" if stat.S_ISLNK(mode) else "a special file"
                raise _refused(rule, kind, path, remedy)


def _refused(rule: str, found: str, where: Path | str, remedy: str) -> SubmissionError:
    return SubmissionError(rule, found=found, where=str(where), remedy=remedy)
