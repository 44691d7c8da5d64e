"""List a submission's folder within limits, without opening any file.

Every reader of a folder uses this list. Sizes are those that the file system reports: a sparse file
of a terabyte counts as a terabyte, and a folder of a million files is given up after the first ten
thousand.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import SubmissionError
from proctor.text import one_line

MAX_ENTRIES = 10_000
"""Limit on files and folders of a submission."""

MAX_BYTES = 1024**3
"""Limit on the bytes of all its files, including files that the course handed out."""

MAX_DEPTH = 32
"""Limit on the nesting of folders."""

MAX_PATH = 1000
"""Limit on the bytes of a path within the submission. Linux allows 4,096 for a whole path, and a
submission is copied below folders with longer names than the one it was submitted to."""


@dataclass(frozen=True)
class Entry:
    """A file, or anything else that is not a folder.

    Attributes:
        path: Its full path.
        inside: Its path within the submission.
        size: Size in bytes.
        mode: Its mode, as reported by `os.lstat`.
    """

    path: Path
    inside: Path
    size: int
    mode: int

    @property
    def is_plain(self) -> bool:
        """Whether it is a regular file.

        Files with several hard links count. Making such a link requires the right to read and write
        the file, so its author could also have copied it; the kernel enforces this with
        ``fs.protected_hardlinks``, which every distribution sets.
        """
        return stat.S_ISREG(self.mode)

    @property
    def kind(self) -> str:
        """Human-readable kind of file."""
        return describe_kind(self.mode)


def describe_kind(mode: int) -> str:
    """Describe the kind of a file, from its mode."""
    kinds = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a folder", stat.S_IFREG: "a file"}
    return kinds.get(stat.S_IFMT(mode), "a special file")


def survey(folder: Path) -> list[Entry]:
    """List a submission's folder in a fixed order; an empty list if there is no folder.

    Args:
        folder: The submission's folder. Links in it are not followed.

    Raises:
        SubmissionError: It exceeds `MAX_ENTRIES`, `MAX_BYTES`, `MAX_DEPTH` or `MAX_PATH`, or has a
            folder that can't be read.
    """
    if folder.is_symlink() or not folder.is_dir():
        return []
    found: list[Entry] = []
    waiting = [Path()]
    seen, size = 0, 0
    while waiting:
        inside = waiting.pop()
        for entry in _listed(folder, inside):
            seen += 1
            if len(os.fsencode(entry.inside)) > MAX_PATH:
                raise _refused(f"the submission has a path of more than {MAX_PATH:,} bytes", folder)
            if seen > MAX_ENTRIES:
                raise _refused(
                    f"the submission has more than {MAX_ENTRIES:,} files and folders", folder
                )
            if stat.S_ISDIR(entry.mode):
                if len(entry.inside.parts) >= MAX_DEPTH:
                    raise _refused(
                        f"the submission's folders are nested deeper than {MAX_DEPTH}", folder
                    )
                waiting.append(entry.inside)
                continue
            size += entry.size
            if size > MAX_BYTES:
                raise _refused(f"the submission has more than {MAX_BYTES:,} bytes", folder)
            found.append(entry)
    return sorted(found, key=_sort_key)


def _sort_key(entry: Entry) -> list[tuple[bool, str]]:
    """Sort key: files before folders, the order of `os.walk`, on which fingerprints depend."""
    *folders, name = entry.inside.parts
    return [*((True, folder) for folder in folders), (False, name)]


def _listed(folder: Path, inside: Path) -> list[Entry]:
    try:
        with os.scandir(folder / inside) as entries:
            # One more than the limit is enough to exceed it.
            listed = [entry for entry, _ in zip(entries, range(MAX_ENTRIES + 1), strict=False)]
        found = []
        for entry in listed:
            info = entry.stat(follow_symlinks=False)
            path = inside / entry.name
            found.append(Entry(folder / path, path, info.st_size, info.st_mode))
    except OSError as error:
        problem = f"a folder of the submission can't be read ({error.strerror})"
        raise _refused(problem, folder / inside) from error
    return found


def _refused(problem: str, where: Path) -> SubmissionError:
    return SubmissionError(
        problem,
        why="a submission is a notebook and the few files that it needs",
        where=one_line(str(where), 300),
        remedy="remove what is not needed, or ask the student to submit again",
    )
