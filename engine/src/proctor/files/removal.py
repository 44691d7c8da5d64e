"""Remove a folder tree that hostile code may have made, and may still be changing."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from proctor.programs import program

_SECONDS = 60.0


def remove_tree(path: Path) -> bool:
    """Remove a file, or a folder with its contents; links are not followed.

    `shutil.rmtree` is not used: a tree may be deeper than Python's stack, and its folders
    unreadable.

    Args:
        path: The file or folder; it need not exist.

    Returns:
        Whether it is gone.
    """
    _remove(path)
    if not path.is_symlink() and path.is_dir():
        with contextlib.suppress(OSError):
            _grant_access(path)
        _remove(path)
    return not (path.is_symlink() or path.exists())


def _remove(path: Path) -> None:
    found = program("rm")
    if found is None:
        shutil.rmtree(path, ignore_errors=True)
        return
    subprocess.run([found, "-rf", "--", str(path)], capture_output=True, check=False)  # noqa: S603


def _grant_access(root: Path) -> None:
    """Give the owner access to all folders of a tree, and flatten it.

    ``chmod -R`` is not used: it changes the mode of a file outside the tree if a name in it is
    replaced by a link at the right moment. Here a descriptor keeps hold of a folder while its mode
    is changed, even if it is renamed, and its subfolders are moved to the top, so that no path is
    long.
    """
    end = time.monotonic() + _SECONDS
    # Random, so that no name in the tree collides with them.
    new = (f".{secrets.token_hex(8)}-{number}" for number in count())
    top, ahead = _open_folder(str(root), None), ["."]
    try:
        while ahead and time.monotonic() < end:
            with contextlib.suppress(OSError), _closing(_open_folder(ahead.pop(), top)) as folder:
                for name in os.listdir(folder):  # noqa: PTH208 - by descriptor
                    # Anything but a folder fails to open, and stays where it is.
                    with contextlib.suppress(OSError), _closing(_open_folder(name, folder)):
                        moved = next(new)
                        os.rename(name, moved, src_dir_fd=folder, dst_dir_fd=top)
                        ahead.append(moved)
    finally:
        os.close(top)


@contextlib.contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_folder(name: str, within: int | None) -> int:
    """Open a folder after giving its owner all rights to it.

    Raises:
        OSError: It is not a folder, or is another user's.
    """
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    # Without O_PATH, an unreadable folder stays as it is.
    held = os.open(name, flags | getattr(os, "O_PATH", 0), dir_fd=within)
    try:
        try:
            Path(f"/proc/self/fd/{held}").chmod(0o700)
        except OSError:
            # A process that is not dumpable can't access this path; root need not change modes.
            if os.geteuid() == 0:
                raise
            os.chmod(name, 0o700, dir_fd=within)
        return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=held)
    finally:
        os.close(held)
