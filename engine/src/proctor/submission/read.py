"""Check and read a submission's files, which can't be trusted."""

from __future__ import annotations

import errno
import os
import stat
import warnings
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

from nbformat import NotebookNode
from nbformat.v4.nbjson import to_notebook

from proctor.errors import SubmissionError
from proctor.submission.bulk import without_bulk
from proctor.submission.encoding import other_kind, to_utf8
from proctor.submission.form import FormError, normalized
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
        raise _empty(path)
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
    """Parse a submitted notebook; see `read_with_remark`."""
    return read_with_remark(blob, where=where)[0]


def read_with_remark(blob: bytes, *, where: str) -> tuple[NotebookNode, str]:
    """Parse a submitted notebook from its bytes, in format 4 and without its outputs.

    Args:
        blob: Contents of the file.
        where: Location of the file, for errors.

    Returns:
        The notebook, and what had to be guessed of the file's encoding; empty if nothing was.

    Raises:
        SubmissionError: It is not JSON, not a notebook, or without its outputs exceeds
            `MAX_BYTES_WITHOUT_OUTPUTS`, `MAX_VALUES` or `MAX_CELLS`.
    """
    try:
        parsed, guessed = _parsed(blob, where)
        content = normalized(parsed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cast("NotebookNode", to_notebook(content)), guessed
    except FormError as error:
        raise _refused(str(error), where, _REMEDY) from error
    except SubmissionError:
        raise
    # nbformat raises half a dozen kinds of errors for a broken notebook.
    except Exception as error:
        problem = f"the file is JSON, but not a notebook of format 4 ({type(error).__name__})"
        raise _refused(problem, where, _REMEDY) from error


def _parsed(blob: bytes, where: str) -> tuple[Any, str]:
    text, guessed = to_utf8(blob)
    if not text.strip():
        raise _empty(where)
    try:
        bare = without_bulk(text)
        if len(bare) > MAX_BYTES_WITHOUT_OUTPUTS:
            problem = (
                f"the notebook has {len(bare):,} bytes besides its outputs, more than "
                f"{MAX_BYTES_WITHOUT_OUTPUTS:,}"
            )
            smaller = "ask the student to take data and pictures out of the notebook's text"
            raise _refused(problem, where, smaller)
        # Python writes NaN into notebooks, though not into parts that matter here.
        return loads(bare, max_values=MAX_VALUES, constants=True), guessed
    except UntrustedJSONError as error:
        kind = other_kind(blob)
        if kind is not None:
            raise _refused(f"the file is {kind}, not a notebook", where, _REMEDY) from error
        again = "ask the student to download the notebook again from JupyterLab"
        found = "; ".join(filter(None, (str(error), guessed)))
        raise _refused(f"the notebook can't be read: {found}", where, again) from error


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


def _empty(where: Path | str) -> SubmissionError:
    return _refused("the notebook is an empty file", where, "ask the student to upload it again")


def _refused(problem: str, where: Path | str, remedy: str, *, why: str = _WHY) -> SubmissionError:
    # Students choose the file names, which may contain line breaks or control characters.
    return SubmissionError(problem, why=why, where=one_line(str(where), 300), remedy=remedy)
