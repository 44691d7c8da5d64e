"""Remove a tree that hostile code may have made, and may still change."""

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
    """Remove a file, or a folder and all that is in it; links are not followed.

    Not `shutil.rmtree`: a tree may be deeper than Python's stack, and its folders unreadable.

    Args:
        path: What is removed; it need not exist.

    Returns:
        Whether it is gone.
    """
    _remove(path)
    if not path.is_symlink() and path.is_dir():
        with contextlib.suppress(OSError):
            _open_up(path)
        _remove(path)
    return not (path.is_symlink() or path.exists())


def _remove(path: Path) -> None:
    found = program("rm")
    if found is None:
        shutil.rmtree(path, ignore_errors=True)
        return
    subprocess.run([found, "-rf", "--", str(path)], capture_output=True, check=False)  # noqa: S603


def _open_up(root: Path) -> None:
    """Let the owner into all folders of a tree, which is made flat meanwhile.

    Not ``chmod -R``, which changes the mode of a file outside where a name in the tree becomes a
    link at the right moment. A folder is held while its mode is changed, whatever its name is
    then; and the folders in it move up, so that no path is long.
    """
    end = time.monotonic() + _SECONDS
    # No name of the tree's own can be in the way.
    new = (f".{secrets.token_hex(8)}-{number}" for number in count())
    top, ahead = _opened(str(root), None), ["."]
    try:
        while ahead and time.monotonic() < end:
            with contextlib.suppress(OSError), _closing(_opened(ahead.pop(), top)) as folder:
                for name in os.listdir(folder):  # noqa: PTH208 - by descriptor
                    # What is not a folder need not be opened.
                    with contextlib.suppress(OSError), _closing(_opened(name, folder)):
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


def _opened(name: str, within: int | None) -> int:
    """A descriptor of a folder that its owner may read and change now.

    Raises:
        OSError: It is not a folder, or not ours.
    """
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    # Where there is no O_PATH, a folder that may not be read stays as it is.
    held = os.open(name, flags | getattr(os, "O_PATH", 0), dir_fd=within)
    try:
        try:
            Path(f"/proc/self/fd/{held}").chmod(0o700)
        except OSError:
            # A process that hides itself may not look there; root need not change modes.
            if os.geteuid() == 0:
                raise
            os.chmod(name, 0o700, dir_fd=within)
        return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=held)
    finally:
        os.close(held)
