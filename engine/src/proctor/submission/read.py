"""Check and read a submission's files, which can't be trusted.

A notebook is read without its outputs, which are removed before anything parses it. Grading runs it
again and does not need them. They are nearly all of an honest notebook's bytes, and the part in
which a hostile one hides data that is slow to parse.
"""

from __future__ import annotations

import codecs
import errno
import json
import os
import re
import stat
import warnings
from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import numpy as np
from nbformat import NotebookNode
from nbformat.v4.nbjson import to_notebook
from nbformat.validator import ValidationError, get_validator

from proctor.errors import SubmissionError
from proctor.submission.survey import describe_kind, survey
from proctor.text import one_line
from proctor.untrusted_json import UntrustedJSONError, depths, loads, scan

MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024
"""Limit in bytes; a notebook of this size holds hours of output."""

MAX_BYTES_WITHOUT_OUTPUTS = 32 * 1024 * 1024
"""Limit in bytes of a notebook without its outputs: text, metadata and pasted pictures."""

MAX_VALUES = 500_000
"""Limit on JSON values outside the outputs, keys included; a cell has about twenty, and Colab's
metadata for a progress bar about seven hundred."""

MAX_CELLS = 5000
"""Limit on cells of a notebook; reading, checking and running a cell takes some milliseconds."""

FORMAT, MINOR = 4, 5
"""The supported version of the notebook format, and its latest minor version."""

_OUTPUTS = re.compile(rb'"outputs"\s*+:\s*+\[')
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
"""A surrogate as UTF-8 would encode it, which is no UTF-8."""
_DEPTH = 4
"""Nesting depth of a cell's list of outputs: in the notebook, the list of cells, and the cell."""

_KEPT = ("cell_type", "source")

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
    content = _parsed(_as_utf8(blob), where)
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


def _as_utf8(blob: bytes) -> bytes:
    """The text of a file in UTF-8, whatever encoding of Unicode an editor has saved it in.

    Half a pair of surrogates becomes U+FFFD, as in `loads`.
    """
    # As `json.loads` does it: by the byte order mark, or by the zeros among the first bytes.
    encoding = json.detect_encoding(blob[:4]) if any(blob[:4]) else "utf-8"
    if encoding == "utf-8-sig":
        blob = blob[len(codecs.BOM_UTF8) :]
    elif encoding != "utf-8":
        return blob.decode(encoding, errors="replace").encode()
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}".encode(), blob)


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


def without_outputs(raw: bytes) -> bytes:
    """Replace each cell's outputs with an empty list; everything else is unchanged.

    Args:
        raw: The supposed notebook. Its outputs need not be valid JSON, as long as their brackets
            are balanced.

    Raises:
        UntrustedJSONError: More cells than `MAX_CELLS` have outputs.
    """
    kept, position = [], 0
    for opened, closed in _output_lists(raw):
        kept.append(raw[position : opened + 1])
        position = closed
    return b"".join([*kept, raw[position:]])


def _output_lists(raw: bytes) -> Iterator[tuple[int, int]]:
    """Positions of the opening and closing brackets of the lists of outputs."""
    starts = _candidates(raw)
    if not starts:
        return
    depth, opened = 0, -1
    for offset, piece, outside in scan(raw):
        after = depths(piece, outside, depth)
        # Positions outside of any list of outputs: nested less deeply than one.
        closing = np.flatnonzero(after < _DEPTH) + offset
        while True:
            if opened < 0:
                if not starts or starts[-1] >= offset + len(piece):
                    break
                start = starts.pop()
                if outside[start - offset] and after[start - offset] == _DEPTH:
                    opened = start
                continue
            next_closing = int(np.searchsorted(closing, opened))
            if next_closing == len(closing):
                break
            closed = int(closing[next_closing])
            yield opened, closed
            opened = -1
            while starts and starts[-1] < closed:
                starts.pop()
        depth = int(after[-1])


def _candidates(raw: bytes) -> list[int]:
    """Positions of the opening brackets of lists named ``outputs``, last first."""
    starts = []
    for found in _OUTPUTS.finditer(raw):
        starts.append(found.end() - 1)
        if len(starts) > 2 * MAX_CELLS:
            raise UntrustedJSONError(f"JSON with more than {2 * MAX_CELLS:,} lists of outputs")
    return starts[::-1]


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
