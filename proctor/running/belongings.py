"""What a student handed in besides the notebook, on its way into the sandbox."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from proctor.errors import SubmissionError


def belongings(submitted: Path, given: Path, *, leave_out: Collection[str], most: int) -> bytes:
    """Pack a submission's own files.

    Args:
        submitted: The submission's folder, or nbgrader's copy of it; plain files and folders.
        given: The assignment's source folder; what it has under the same name stays out.
        leave_out: Names at the top that the notebook must not find, such as a student's own copy
            of the course package, which Python would import in place of ours.
        most: Bytes of all files together.

    Returns:
        A tar without notebooks.

    Raises:
        SubmissionError: The files are more than that.
    """
    buffer, total = BytesIO(), 0
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for folder, folders, files in os.walk(submitted):
            top = Path(folder) == submitted
            folders[:] = [name for name in sorted(folders) if not (top and name in leave_out)]
            for name in sorted(files):
                path = Path(folder, name)
                inside = path.relative_to(submitted)
                left_out = path.suffix == ".ipynb" or (top and name in leave_out)
                if left_out or (given / inside).exists() or path.is_symlink() or not path.is_file():
                    continue
                total += path.stat().st_size
                if total > most:
                    raise SubmissionError(
                        "A submission's files fit into the notebook's scratch folder.",
                        found=f"more than {most:,} bytes",
                        where=str(submitted),
                        remedy="remove what is not needed, or raise c.Sandbox.scratch_mib",
                    )
                tar.add(path, arcname=str(inside), recursive=False)
    return buffer.getvalue()
