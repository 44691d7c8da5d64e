"""See what a submission's folder holds, without opening anything and without losing patience.

Every reader of a folder goes by what is seen here. What is counted is what a file system says:
a sparse file of a terabyte has a terabyte, and a folder of a million files is left after the first
ten thousand.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import SubmissionError
from proctor.text import one_line

MAX_ENTRIES = 10_000
"""Files and folders of a submission."""

MAX_BYTES = 1024**3
"""Bytes of all its files, those included that the course gave out and that it brings back."""

MAX_DEPTH = 32
"""Folders in each other."""

MAX_PATH = 1000
"""Bytes of a path within the submission. A path may have 4,096 on Linux, and a submission is put
below folders with longer names than the one that it was handed in to."""


@dataclass(frozen=True)
class Entry:
    """A file, or something else that is no folder.

    Attributes:
        path: Where it is.
        inside: Its path within the submission.
        size: Bytes.
        mode: What it is, as `os.lstat` says.
    """

    path: Path
    inside: Path
    size: int
    mode: int

    @property
    def is_plain(self) -> bool:
        """Whether it is a file with content.

        A file with several names (hard links) is one, too. Whoever may make such a link has the
        right to read and write the file, and so could have copied it: the kernel sees to that
        with ``fs.protected_hardlinks``, which every distribution sets.
        """
        return stat.S_ISREG(self.mode)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return words_for(self.mode)


def words_for(mode: int) -> str:
    """What a file is, by its mode."""
    kinds = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a folder", stat.S_IFREG: "a file"}
    return kinds.get(stat.S_IFMT(mode), "a special file")


def survey(folder: Path) -> list[Entry]:
    """What a submission's folder holds, in a fixed order; nothing where there is no folder.

    Args:
        folder: The submission's folder. Links in it are not followed.

    Raises:
        SubmissionError: It holds more than `MAX_ENTRIES`, `MAX_BYTES`, `MAX_DEPTH` or
            `MAX_PATH` allow, or a folder that can't be read.
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
                raise _refused(f"a path of more than {MAX_PATH:,} bytes", folder)
            if seen > MAX_ENTRIES:
                raise _refused(f"more than {MAX_ENTRIES:,} files and folders", folder)
            if stat.S_ISDIR(entry.mode):
                if len(entry.inside.parts) >= MAX_DEPTH:
                    raise _refused(f"folders in each other, more than {MAX_DEPTH}", folder)
                waiting.append(entry.inside)
                continue
            size += entry.size
            if size > MAX_BYTES:
                raise _refused(f"files of more than {MAX_BYTES:,} bytes", folder)
            found.append(entry)
    return sorted(found, key=_place)


def _place(entry: Entry) -> list[tuple[bool, str]]:
    """Files before folders: the order of `os.walk`, in which fingerprints were always taken."""
    *folders, name = entry.inside.parts
    return [*((True, folder) for folder in folders), (False, name)]


def _listed(folder: Path, inside: Path) -> list[Entry]:
    try:
        with os.scandir(folder / inside) as entries:
            # One more than is allowed says enough.
            listed = [entry for entry, _ in zip(entries, range(MAX_ENTRIES + 1), strict=False)]
        found = []
        for entry in listed:
            info = entry.stat(follow_symlinks=False)
            path = inside / entry.name
            found.append(Entry(folder / path, path, info.st_size, info.st_mode))
    except OSError as error:
        why = f"a folder that can't be read ({error.strerror})"
        raise _refused(why, folder / inside) from error
    return found


def _refused(found: str, where: Path) -> SubmissionError:
    return SubmissionError(
        "A submission is a notebook and the few files that it needs.",
        found=found,
        where=one_line(str(where), 300),
        remedy="remove what is not needed, or ask the student to submit again",
    )
