"""Tell whether a submission is still the one that was graded."""

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

    A folder that is not there has the fingerprint of an empty one. What can't be read counts by
    its name, a special file by its name and that it is one, a link by where it leads; none of them
    is followed or opened. A folder that is too large to look at (see `survey`) counts by what is
    wrong with it, and no file is read. Challenges follow from the fingerprint, so that no two
    submissions that a notebook could tell apart may have the same.
    """
    if folder.is_symlink():
        return hashlib.sha256(b"\0link\0" + os.fsencode(folder.readlink())).hexdigest()
    try:
        return _over(_entries(folder))
    except SubmissionError as error:
        # It is refused for the same reason when it is to be graded, and nothing is asked of it.
        return hashlib.sha256(b"\0refused\0" + error.found.encode()).hexdigest()


def fingerprint_of(files: Mapping[str, bytes]) -> str:
    """The same for a folder that would hold these files and nothing else.

    Args:
        files: Contents by name.
    """
    return _over((name, hashlib.sha256(files[name]).hexdigest()) for name in sorted(files))


def _over(entries: Iterable[tuple[str, str]]) -> str:
    whole = hashlib.sha256()
    for name, content in entries:
        # Not as text with replaced characters: names that are no UTF-8 differ, too.
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
