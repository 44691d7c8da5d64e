"""Detect whether a submission changed since it was graded."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from proctor.errors import SubmissionError
from proctor.submission.read import open_plain
from proctor.submission.survey import Entry, survey


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of a submission's files, in hexadecimal.

    A missing folder has the fingerprint of an empty one. Unreadable and special files are hashed by
    name and kind, links by name and target; links are not followed and special files not opened.
    For a folder that `survey` refuses, the problem is hashed and no file is read. Challenges are
    derived from the fingerprint, so two submissions that a notebook could tell apart must have
    different ones.
    """
    if folder.is_symlink():
        return hashlib.sha256(b"\0link\0" + os.fsencode(folder.readlink())).hexdigest()
    try:
        return _digest(_entries(folder))
    except SubmissionError as error:
        # Grading refuses it for the same reason, so no challenge is posed.
        return hashlib.sha256(b"\0refused\0" + error.problem.encode()).hexdigest()


def fingerprint_of(files: Mapping[str, bytes]) -> str:
    """Do the same as `fingerprint`, for a folder that would hold only these files.

    Args:
        files: Contents by name.
    """
    return _digest((name, hashlib.sha256(files[name]).hexdigest()) for name in sorted(files))


def _digest(entries: Iterable[tuple[str, str]]) -> str:
    whole = hashlib.sha256()
    for name, content in entries:
        # `fsencode` keeps names that are not valid UTF-8 distinct.
        whole.update(os.fsencode(name) + f"\0{content}\n".encode())
    return whole.hexdigest()


def _entries(folder: Path) -> Iterable[tuple[str, str]]:
    for entry in survey(folder):
        yield str(entry.inside), _content(entry)


def _content(entry: Entry) -> str:
    try:
        if stat.S_ISLNK(entry.mode):
            return "link:" + hashlib.sha256(os.fsencode(entry.path.readlink())).hexdigest()
        if not entry.is_plain:
            return "special"
        with open_plain(entry.path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "unreadable"
