"""Put a new folder in an old one's place, so that there always is one of them, whole."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE


def replace_folder(new: Path, target: Path) -> None:
    """Put a folder in another's place.

    Where the system can exchange two names at once (Linux, on most file systems), there is no
    moment without the target. Elsewhere there is one; after a crash in it, `put_back` helps.

    Args:
        new: The new folder, on the target's file system; afterwards it is the old one, if there
            was one.
        target: The folder to replace; it need not exist.

    Raises:
        OSError: It can't be replaced, and is as it was.
    """
    if not os.path.lexists(target):
        new.rename(target)
    elif not _exchange(new, target):
        aside = _aside(new)
        target.rename(aside)
        try:
            new.rename(target)
        except OSError:
            aside.rename(target)
            raise
        aside.rename(new)


def put_back(new: Path, target: Path) -> None:
    """Put the old folder back if `replace_folder` was ended where there is none.

    Args:
        new: The new folder's name.
        target: The folder that was to be replaced.
    """
    aside = _aside(new)
    if aside.is_dir() and not os.path.lexists(target):
        aside.rename(target)


def _aside(new: Path) -> Path:
    return new.with_name(f"{new.name}.old")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names; false where the system can't."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return int(call(_HERE, names[0], _HERE, names[1], _EXCHANGE)) == 0
