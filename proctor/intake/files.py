"""Look at a submission's files before anything opens them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from proctor.errors import SubmissionError

MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024
"""Bytes; a notebook of this size holds hours of output."""


def check_notebook_file(path: Path) -> None:
    """Refuse what is not a notebook in a plain file.

    Raises:
        SubmissionError: The path is missing, a folder, a link or a special file; or the file is
            empty, too large, or not JSON.
    """
    rule = "A submission is one Jupyter notebook in a plain file."
    ask = "ask the student to submit the .ipynb file itself"
    try:
        info = path.lstat()
    except OSError as error:
        raise _refused(rule, error.strerror or "nothing", path, ask) from error
    if stat.S_ISLNK(info.st_mode):
        raise _refused(rule, "a symbolic link", path, ask)
    if stat.S_ISDIR(info.st_mode):
        raise _refused(rule, "a folder", path, ask)
    if not stat.S_ISREG(info.st_mode):
        raise _refused(rule, "a special file", path, ask)
    if info.st_size == 0:
        raise _refused(rule, "an empty file", path, "ask the student to upload it again")
    if info.st_size > MAX_NOTEBOOK_BYTES:
        found = f"{info.st_size:,} bytes, more than {MAX_NOTEBOOK_BYTES:,}"
        raise _refused(rule, found, path, "ask the student to clear the outputs and submit again")
    try:
        with path.open(encoding="utf-8") as file:
            content = json.load(file)
    except (ValueError, RecursionError) as error:
        found = f"text that is not JSON ({error})"
        again = "ask the student to download the notebook again from JupyterLab"
        raise _refused(rule, found, path, again) from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise _refused(rule, "JSON that is no notebook of format 4", path, ask)


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


def _refused(rule: str, found: str, path: Path, remedy: str) -> SubmissionError:
    return SubmissionError(rule, found=found, where=str(path), remedy=remedy)
