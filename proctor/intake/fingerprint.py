"""Tell whether a submission is still the one that was graded."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of a submission's plain files, in hexadecimal.

    A folder that is not there has the fingerprint of an empty one. What can't be read counts by
    its name; a link in the folder's place counts by where it leads, and is not followed.
    """
    whole = hashlib.sha256()
    if folder.is_symlink():
        whole.update(b"\0link\0" + os.fsencode(folder.readlink()))
        return whole.hexdigest()
    for current, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(current, name)
            if path.is_symlink() or not path.is_file():
                continue
            try:
                with path.open("rb") as file:
                    content = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                content = "unreadable"
            whole.update(f"{path.relative_to(folder)}\0{content}\n".encode(errors="replace"))
    return whole.hexdigest()
