"""The only folders in which a notebook may write, laid out anew for each."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from proctor.files.removal import remove_tree
from proctor.files.tar import unpack

PARTS = ("work", "exchange", "home", "tmp")
_COPIED = 64 * 1024 * 1024
"""Bytes of given files that are copied for each notebook; what goes beyond them is linked."""


def lay_out(root: Path, given: Path, archive: bytes) -> None:
    """Make the folders, with the assignment's files and the submission's in ``work``.

    Args:
        root: The scratch folder; empty.
        given: The assignment's public files, which can't be written; they win over the
            submission's where names are the same.
        archive: The submission's own files as a tar.
    """
    for part in PARTS:
        (root / part).mkdir(mode=0o700)
    unpack(archive, root / "work")
    _bring(given, root / "work")


def wipe(root: Path) -> bool:
    """Remove everything in the scratch folder, whatever was made of it.

    Returns:
        Whether it is empty now.
    """
    # Landlock does not keep a notebook from changing the mode of what its user owns. Whoever the
    # next notebook runs as has to pass through.
    root.chmod(0o711)
    return all([remove_tree(entry) for entry in root.iterdir()])


def give_to(root: Path, user: int) -> None:
    """Make a user the owner of all that was laid out; before any code of the notebook runs."""
    for folder, _, files in os.walk(root):
        os.chown(folder, user, user)
        for name in files:
            os.chown(Path(folder, name), user, user, follow_symlinks=False)
    for part in PARTS:
        (root / part).chmod(0o700)
    os.chown(root, os.geteuid(), os.getegid())


def _bring(given: Path, work: Path) -> None:
    # Copies, so that a notebook that writes into its data does no harm and gets no error.
    budget = _COPIED
    for folder, _, files in os.walk(given, followlinks=True):
        target = work / Path(folder).relative_to(given)
        if target.is_file():
            target.unlink()
        target.mkdir(exist_ok=True)
        for name in sorted(files):
            source, copy = Path(folder, name), target / name
            if copy.is_dir():
                shutil.rmtree(copy)
            copy.unlink(missing_ok=True)
            budget -= source.stat().st_size
            if budget >= 0:
                shutil.copyfile(source, copy)
            else:
                copy.symlink_to(source)
